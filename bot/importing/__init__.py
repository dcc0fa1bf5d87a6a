"""Files of customers, products and purchases come in: `import_file`."""

from bot.importing.frame import Report, import_file
from bot.importing.kinds import ImportKind
from bot.importing.refusals import Refusal
from bot.importing.source import CannotImport

__all__ = ["CannotImport", "ImportKind", "Refusal", "Report", "import_file"]
