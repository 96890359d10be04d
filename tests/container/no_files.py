"""The same list of files as in files_and_settings.py, grown short; run by the tests."""

from operations import tree

tree.files(name="Files", entries=[], manifest="/var/lib/picluster/demo.paths")
