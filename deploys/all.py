"""Everything, in order: pyinfra inventory.py deploys/all.py"""

from deploys import base

base.apply()
