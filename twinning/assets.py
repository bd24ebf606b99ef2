"""Files that arrive inside installed packages, served under ``static/vendor/``: no copy, no CDN, no bundler."""

from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import Error
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# distribution → {file in the package: public path}
VENDOR = {
    "bootstrap-wrapper": {
        "bootstrap/css/bootstrap.min.css": "vendor/bootstrap.min.css",
        "bootstrap/css/bootstrap.rtl.min.css": "vendor/bootstrap.rtl.min.css",
    },
}


class StaticFiles(StaticFilesConfig):
    """Django's static files without the parts no page of ours uses (two megabytes of flags among them)."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "flags", "account", "mfa"]


class PackageStorage(FileSystemStorage):
    """Reads the whitelisted files where their packages put them."""

    def __init__(self, files: dict[str, Path]):
        super().__init__(location="/")
        self.files = files

    def path(self, name: str) -> str:
        return str(self.files[name])


class VendorFinder(BaseFinder):
    def __init__(self, app_names=None, *args, **kwargs):
        self.files = {
            public: Path(distribution(package).locate_file(inside))
            for package, files in VENDOR.items()
            for inside, public in files.items()
        }
        self.storage = PackageStorage(self.files)

    def check(self, **kwargs) -> list[Error]:
        return [
            Error(f"{public} is missing from its package.", hint="Install requirements.txt.", id="twinning.E001")
            for public, file in self.files.items()
            if not file.is_file()
        ]

    def find(self, path: str, find_all: bool = False, **kwargs):
        found = self.files.get(path)
        if found is None:
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns) -> Iterator[tuple[str, PackageStorage]]:
        for public in self.files:
            yield public, self.storage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed names; comments that point at source maps stay, for the maps are not shipped."""

    # Our scripts import one another by name; the hashed copies must import hashed names.
    support_js_module_import_aggregation = True
    patterns = tuple(
        (glob, tuple(p for p in found if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])))
        for glob, found in CompressedManifestStaticFilesStorage.patterns
    )
