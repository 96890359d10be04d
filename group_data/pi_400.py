"""A board without a screen: the graphics processor gets the least, Linux 60 MB more."""

firmware_settings = {"gpu_mem": "16"}
