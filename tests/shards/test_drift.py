"""What is spoilt by hand on the base system, its watch and the home page."""

from tests.shards.drifting import each_of

test_it_is_named_announced_and_mended = each_of(["base", "home", "thermal"])
