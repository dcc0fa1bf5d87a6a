"""What the Bot API answers when it will not do what it was asked.

Codes and wording follow tdlib/telegram-bot-api (Client.cpp, `fail_query_with_error`), because clients
tell errors apart by them: aiogram by code and parameters, python-telegram-bot also by the description.
"""

from typing import Any


class ApiError(Exception):
    """A refusal in the Bot API's own form; the server turns it into the JSON answer."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the answer's JSON: `ok`, `error_code`, `description` and, where there are any, `parameters`."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """400: the request itself is wrong; sending it again unchanged cannot help."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """403: this chat cannot be written to any more."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409: two consumers want the same updates."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """429: a limit is reached; the client may try again after `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(new_id: int) -> ApiError:
    """400 with the address a group has after it became a supergroup."""
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new_id)
