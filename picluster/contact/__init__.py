"""First contact with the boards: finding them, trusting their keys, getting sudo."""

import logging

# paramiko logs a traceback to stderr for what it also raises, where nobody handles its log.
logging.getLogger("paramiko").addHandler(logging.NullHandler())
