"""What is spoilt by hand in HDFS, a line each."""

from tests.shards.drifting import each_of

test_it_is_named_announced_and_mended = each_of(["hdfs"])
