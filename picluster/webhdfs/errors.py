"""What can go wrong between this computer and HDFS, each with what to do about it."""

from picluster.plan.errors import UserError


class WebHdfsError(UserError):
    """HDFS refused a request, or could not do it."""


class NameNodeSilentError(WebHdfsError):
    """Nobody answers where the NameNode should be, or it fell silent."""


class DataNodeSilentError(WebHdfsError):
    """The DataNodes that the NameNode names do not answer, or one fell silent."""


class SafeModeError(WebHdfsError):
    """HDFS can be read and not be written."""


class NotThereError(WebHdfsError):
    """There is no such file or folder."""


class AlreadyThereError(WebHdfsError):
    """A file of this name is there already, or a file stands where a folder should."""


class NotAllowedError(WebHdfsError):
    """The user may not do this."""


class NoRoomError(WebHdfsError):
    """No DataNode takes another block, or a quota is used up."""
