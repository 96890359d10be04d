"""What HDFS answers when it refuses, and what to do about that."""

import re

import requests
from pydantic import BaseModel, Field, ValidationError

from picluster.webhdfs.errors import (
    AlreadyThereError,
    NoRoomError,
    NotAllowedError,
    NotThereError,
    SafeModeError,
    WebHdfsError,
)


class _Exception(BaseModel):
    exception: str
    message: str


class _Answer(BaseModel):
    told: _Exception = Field(alias="RemoteException")


def refusal(response: requests.Response, path: str, user: str) -> WebHdfsError:
    """The error to raise for an answer that is no success.

    + path: what was asked for
    + user: who asked
    """
    try:
        told = _Answer.model_validate_json(response.content).told
    except ValidationError:
        return WebHdfsError(
            f"{response.url.partition('?')[0]} answers as HDFS does not (status "
            f"{response.status_code}): does another program listen there?"
        )
    message = told.message.strip().partition("\n")[0]
    # What a standby or starting NameNode wants tried again says the true reason in its message.
    waits = told.exception in ("RetriableException", "StandbyException")
    if told.exception == "SafeModeException" or (waits and "safe mode" in message):
        return SafeModeError(
            "HDFS is in safe mode: it can be read and not be written. After a start that ends by "
            "itself once enough DataNodes are there, usually within a minute; else see "
            "`hdfs dfsadmin -safemode get` and the NameNode's page"
        )
    return _by_name(told.exception, message, path, user)


def _by_name(exception: str, message: str, path: str, user: str) -> WebHdfsError:
    match exception:
        case "FileNotFoundException":
            return NotThereError(
                f"there is no {path} in HDFS. See what is there: picluster ls; put files there: "
                "picluster put"
            )
        case "AccessControlException" | "SecurityException":
            return NotAllowedError(
                f"user {user} may not do this to {path} in HDFS ({_who_may(message)}). Your own "
                f"folder is /user/{user}"
            )
        case "FileAlreadyExistsException" | "ParentNotDirectoryException":
            return AlreadyThereError(f"{path} is in the way in HDFS: {message}")
        case "DSQuotaExceededException" | "NSQuotaExceededException" | "QuotaExceededException":
            return NoRoomError(f"a quota in HDFS does not let {path} in: {message}")
    if re.search(r"could only be (written|replicated) to \d+", message):
        return NoRoomError(
            f"no DataNode takes another block of {path}. Are their disks full? Look at the "
            "NameNode's page, and remove what is not needed: hdfs dfs -rm -skipTrash"
        )
    return WebHdfsError(f"HDFS refuses {path}: {message} ({exception})")


def _who_may(message: str) -> str:
    """The file that the refusal is about, with owner, group and mode, as HDFS words it."""
    found = re.search(r'access=(\w+), inode="([^"]*)":(\S+)', message)
    if found is None:
        return message
    access, inode, who = found.groups()
    return f"{access} to {inode}, which is {who}"
