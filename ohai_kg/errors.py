"""Every error this package raises on purpose, in one tree; docs/errors.md shows it whole.

An error carries a stable `code` (never reworded), an HTTP `status`, and a sentence in Chinese and in English that says
what to do next. Nothing else of it reaches a user.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

_SOON: Final = {"Retry-After": "1"}


class OhaiError(Exception):
    """The root: `zh` and `en` are whole sentences for a user."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title_zh: ClassVar[str] = "内部错误"
    title_en: ClassVar[str] = "Internal error"

    headers: ClassVar[Mapping[str, str]] = {}
    """What an HTTP answer has besides; a subclass does not inherit it."""
    members: ClassVar[tuple[str, ...]] = ()
    """Attributes that go with the error over the wire and into its problem document (RFC 9457 section 3.2)."""

    def __init_subclass__(
        cls,
        *,
        code: str,
        status: int = 0,
        title: tuple[str, str] = ("", ""),
        headers: Mapping[str, str] = MappingProxyType({}),
        members: tuple[str, ...] = (),
    ) -> None:
        """Take all of this from the head of the class; a status, titles and members not given there are the parent's."""
        super().__init_subclass__()
        cls.code, cls.headers = code, headers
        cls.status = status or cls.status
        cls.members = members or cls.members
        if title[0]:
            cls.title_zh, cls.title_en = title

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    @property
    def fields(self) -> dict[str, object]:
        """The members that have a value, by name."""
        return {name: value for name in self.members if (value := getattr(self, name)) is not None}


class ProjectError(OhaiError, code="project-invalid", title=("项目目录不可用", "Project not usable")):
    """The project directory or its settings cannot be used."""


class SavedQueryInvalid(ProjectError, code="saved-query-invalid", title=("保存的查询不可用", "Saved query not usable")):
    """A saved query cannot be used: its header or a block of its text is wrong. `line` counts from 1."""

    def __init__(self, file: str, line: int, zh: str, en: str) -> None:
        super().__init__(f"{file} 第 {line} 行：{zh}。", f"{file}, line {line}: {en}.")
        self.file = file
        self.line = line


class IngestError(OhaiError, code="ingest-failed", status=422, title=("数据不能读入", "Data could not be read")):
    """A table or Turtle file cannot become quads."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in one place of one file.

    `row` counts as a spreadsheet shows it (the header is row 1; None: the file as a whole); `column` is its title.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected_zh: str
    expected_en: str

    def render(self, lang: str = "zh") -> str:
        """One line for a terminal or a page."""
        if lang == "zh":
            place = self.file + (f" 第 {self.row} 行" if self.row else "") + (f" “{self.column}”列" if self.column else "")
            return f"{place}：现为 {self.found}，应为{self.expected_zh}"
        place = self.file + (f", row {self.row}" if self.row else "") + (f', column "{self.column}"' if self.column else "")
        return f"{place}: found {self.found}, expected {self.expected_en}"


class TableFaults(IngestError, code="table-faults"):
    """One or more cells, rows or headers are wrong; `faults` lists all of them and nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda f: (f.file, f.row or 0, f.column or "", f.found)))
        count = len(self.faults)
        super().__init__(
            f"数据表有 {count} 处错误，未作任何改动；请按所列文件、行、列改正后重试。\n"
            + "\n".join(f"  {fault.render('zh')}" for fault in self.faults),
            f"{count} fault(s) in the tables; nothing was changed. Correct the places listed and try again.\n"
            + "\n".join(f"  {fault.render('en')}" for fault in self.faults),
        )


class WorkbookUnreadable(IngestError, code="workbook-unreadable", title=("文件不能读作目录", "Not readable as a catalogue")):
    """An office file cannot be read as a catalogue; nothing of it was taken."""


class NotAWorkbook(WorkbookUnreadable, code="not-a-workbook", status=415):
    """It is a photo, a PDF or another kind of file that holds no table."""


class WorkbookEncrypted(WorkbookUnreadable, code="workbook-encrypted"):
    """It is protected by a password."""


class WorkbookTooLarge(WorkbookUnreadable, code="workbook-too-large", status=413):
    """It has too many bytes, cells or sheets, or unpacks to too much."""


class NoTableFound(WorkbookUnreadable, code="no-table-found"):
    """None of its sheets holds a table with the headings of a catalogue."""


class NotACatalogue(WorkbookUnreadable, code="not-a-catalogue"):
    """It is a known form that lists something else than information items."""


class FormulaErrors(WorkbookUnreadable, code="formula-errors"):
    """Cells of a table hold the error of a formula instead of text."""


class ColumnsInvalid(WorkbookUnreadable, code="columns-invalid"):
    """The meaning given by hand to the columns does not fit the table."""


class CatalogueRefused(IngestError, code="catalogue-refused", status=409, title=("不能导入", "Import refused")):
    """A catalogue cannot be imported where it was to go; nothing was changed."""


class BuildError(OhaiError, code="build-failed", title=("发布失败", "Build failed")):
    """No release could be made; the current one stays."""


class NotConformant(BuildError, code="not-conformant", status=422):
    """The data break a rule of the profile `core`."""


class UnsavedWrites(BuildError, code="unsaved-writes", status=409):
    """The current release holds statements that no input file has."""


class ReleaseChanged(BuildError, code="release-changed", status=409):
    """Another process published a release in the meantime."""


class PublishingElsewhere(BuildError, code="publishing-elsewhere", status=503):
    """Another process holds the publication lock and does not let it go."""


class FileTrouble(OhaiError, code="file-trouble"):
    """A file or folder of this machine cannot be read or written; what was there is as it was."""


class StoreError(OhaiError, code="store-failed", title=("存储不可用", "Storage not usable")):
    """The releases on disk cannot be read or written."""


class NoRelease(StoreError, code="no-release", status=503):
    """Nothing has been built yet."""


class ReleaseNotLoaded(StoreError, code="release-not-loaded", status=503):
    """The server has loaded no release yet, or cannot and tries again."""


class ReleaseDamaged(StoreError, code="release-damaged", status=503, title=("版本损坏", "Release damaged")):
    """A file of a release, or the pointer to the current one, is missing or not what it was when it was published.

    `expected` and `found` are checksums, or say in Chinese and English what else was expected and found.
    """

    def __init__(self, home: Path, release: str | None, file: str, expected: tuple[str, str], found: tuple[str, str]) -> None:
        self.home, self.release, self.file = home, release, file
        zh, en = (f"版本 {release} 的文件 {file}", f"{file} of release {release}") if release else (str(home / file),) * 2
        super().__init__(
            f"{zh} 已损坏：应为 {expected[0]}，现为 {found[0]}。请从备份恢复，"
            "或用 ohai-kg releases verify 查明完好的版本，用 ohai-kg releases rollback 编号 改用。",
            f"{en} is damaged: expected {expected[1]}, found {found[1]}. Restore it from a backup, or go back to a whole "
            "release: `ohai-kg releases verify` tells which are, `ohai-kg releases rollback ID` goes back.",
        )
        self.expected, self.found = expected, found

    @classmethod
    def from_system(
        cls, error: OSError, home: Path, release: str | None, file: str, expected: tuple[str, str]
    ) -> ReleaseDamaged:
        """A file that cannot be read, in words. Raises `error` itself where the want is this process's, not the file's."""
        if error.errno in {errno.EMFILE, errno.ENFILE, errno.ENOMEM}:
            raise error
        missing = error.errno in {errno.ENOENT, errno.ENOTDIR}
        return cls(home, release, file, expected, ("缺失", "missing") if missing else (str(error.strerror),) * 2)


class ReleaseNotFound(StoreError, code="release-not-found", status=404):
    """There is no release of that id."""


class ReleaseGone(ReleaseNotFound, code="release-gone", status=410):
    """There is no release of that id any more; whoever wants its changes takes the whole data again."""


class ReadOnly(StoreError, code="read-only", status=403):
    """A release was to be changed in place."""


class StorageFull(StoreError, code="storage-full", status=507):
    """The disk is full; what was there before is intact."""


class FolderNotEmpty(StoreError, code="folder-not-empty", status=409):
    """A package was to be written where other files are; they are untouched."""


class NotAPackage(StoreError, code="not-a-package", status=422):
    """A folder that was to be checked holds no package."""


class ValidationError(OhaiError, code="validation-failed", status=422, title=("不能校验", "Validation failed")):
    """Data could not be validated; nothing is said about whether they conform."""


class ProfileNotFound(ValidationError, code="profile-not-found", status=404):
    """There is no profile of that name."""


class ShapesInvalid(ValidationError, code="shapes-invalid"):
    """The shapes are ill-formed, recursive without end, or want what is not supported."""


class RequestError(OhaiError, code="bad-request", status=400, title=("请求有误", "Bad request")):
    """What a client asked for cannot be done as asked."""


class IssuerUnknown(RequestError, code="issuer-unknown", title=("没有登记的单位", "Unit not registered")):
    """The issuer of a catalogue is neither a registered unit nor a region with one registered government."""


class QuerySyntaxError(
    RequestError, code="query-syntax", title=("查询语法有误", "Query syntax error"), members=("line", "column")
):
    """The query or update does not parse. `line` and `column` count from 1; None where the parser does not tell."""

    def __init__(self, zh: str, en: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column


class SavedQueryNotFound(RequestError, code="saved-query-not-found", status=404, title=("没有此查询", "No such saved query")):
    """There is no saved query of that name."""


class DisclosureListNotFound(RequestError, code="catalogue-not-found", status=404, title=("没有此目录", "No such catalogue")):
    """There is no proactive catalogue, on-request catalogue or negative list of that name."""


class DownloadNotFound(RequestError, code="download-not-found", status=404, title=("没有此文件", "No such file")):
    """A release has no file of that name."""


class FormatNotFound(RequestError, code="format-not-found", status=404, title=("没有此格式", "No such format")):
    """The address asks for a format that does not exist for it."""


class ShapesRefused(RequestError, code="shapes-refused", title=("不接受自带的形状", "Shapes refused")):
    """Shapes of a user's own were sent over HTTP."""


class SubmissionNotFound(RequestError, code="report-not-found", status=404, title=("没有此报告", "No such report")):
    """There is no report of that id, or no longer."""


class ValidationEnded(RequestError, code="validation-ended", status=503, title=("校验中断", "Validation ended"), headers=_SOON):
    """The process that validated a file ended before it was done."""


class ValidationTimeout(ValidationEnded, code="validation-timeout", status=422):
    """It took longer than the limit (setting `validation_timeout_s`)."""


class ValidationMemoryExceeded(ValidationEnded, code="validation-memory", status=413):
    """It needed more memory than the limit (setting `validation_memory_mb`)."""


class ValidationCrashed(ValidationEnded, code="validation-crashed", status=422):
    """The file broke the program that was to judge it; what happened is in the log."""


class ParameterInvalid(RequestError, code="parameter-invalid", title=("查询参数有误", "Invalid query parameter")):
    """A parameter of a saved query is unknown or has no such value; `allowed` lists what there is, where that is a list."""

    def __init__(self, name: str, value: str, allowed: Collection[str], zh: str, en: str) -> None:
        shown = value.encode("unicode_escape" if not value.isprintable() else "utf-8").decode()
        choices_zh = f"；可用：{'、'.join(allowed)}" if allowed else ""
        choices_en = f"; allowed: {', '.join(allowed)}" if allowed else ""
        super().__init__(f"参数 {name} 的值“{shown}”不可用：{zh}{choices_zh}。", f'{name} = "{shown}": {en}{choices_en}.')
        self.name = name
        self.value = value
        self.allowed = tuple(allowed)


class QueryFailed(RequestError, code="query-failed"):
    """The query parses but means nothing that can be carried out."""


class QueryTooDeep(RequestError, code="query-too-deep", title=("查询嵌套过深", "Query too deep")):
    """The query nests deeper, or chains more operators, than the engine's stack takes."""

    def __init__(self) -> None:
        super().__init__(
            "查询的嵌套过深，或一串运算过长；请简化：减少括号的层数，用 VALUES 或 IN 代替一长串 UNION 或 ||，或分成几个查询。",
            "The query nests too deep or chains too many operators; simplify it: fewer brackets within brackets, VALUES or IN "
            "instead of a long row of UNION or ||, or several queries.",
        )


class SearchNotReady(
    RequestError, code="search-not-ready", status=503, title=("搜索尚未就绪", "Search not ready"), headers=_SOON
):
    """The first search index is still being made."""


class ResourceNotFound(
    RequestError, code="resource-not-found", status=404, title=("没有此条", "No such resource"), members=("near",)
):
    """Nothing is said about an IRI; `near` are things with a like key or label, as (path, label)."""

    def __init__(self, iri: str, near: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(f"图谱中没有 {iri}。", f"The graph says nothing about {iri}.")
        self.iri = iri
        self.near = [{"path": path, "label": label} for path, label in near]


class GraphNotFound(RequestError, code="graph-not-found", status=404, title=("没有这个图", "Graph not found")):
    """There is no graph of that name."""


class FederationRefused(RequestError, code="federation-refused", title=("不执行联邦查询", "Federation refused")):
    """SERVICE and LOAD never leave this server."""


class MethodNotAllowed(RequestError, code="method-not-allowed", status=405, title=("不支持的方法", "Method not allowed")):
    """The address does not take that method."""


class NotAcceptable(RequestError, code="not-acceptable", status=406, title=("没有所要的格式", "Not acceptable")):
    """None of the formats asked for exists for this answer."""


class FormatInsufficient(
    NotAcceptable, code="format-insufficient", title=("此格式写不出全部内容", "The format cannot hold this answer")
):
    """The format asked for has no way to write something of this answer; the message names formats that have."""


class DataUnreadable(
    RequestError,
    code="data-unreadable",
    status=422,
    title=("文件不能读入", "File not readable"),
    members=("line", "column"),
):
    """A file is empty, not RDF, not UTF-8, or declares XML entities. `line` and `column` count from 1, None: not known."""

    def __init__(self, zh: str, en: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column


class GraphUnreadable(DataUnreadable, code="graph-unreadable", status=400):
    """A graph sent to be written cannot be read."""


class MalformedRequest(RequestError, code="malformed-request"):
    """It is no HTTP/1.1."""


class HostInvalid(MalformedRequest, code="host-invalid"):
    """The header Host is missing, given twice, or no host (RFC 9112 section 3.2)."""


class HostRefused(RequestError, code="host-not-allowed"):
    """The request is meant for another site (setting `allowed_hosts`)."""


class AddressTooLong(RequestError, code="address-too-long", status=414, title=("网址过长", "Address too long")):
    """The address is longer than the limit (setting `max_header_kb`)."""


class HeadersTooLarge(RequestError, code="headers-too-large", status=431, title=("请求头过大", "Headers too large")):
    """The headers are longer than the limit (setting `max_header_kb`), or too many."""


class RequestTimedOut(RequestError, code="request-timeout", status=408, title=("请求超时", "Request timed out")):
    """The request did not come in time (setting `request_timeout_s`)."""


class FileUnreadable(RequestError, code="file-unreadable", status=422, title=("文件不能读入", "File not readable")):
    """What a path names is no regular file, or it does not open; `found_zh` and `found_en` say what it is."""

    def __init__(self, name: str, found_zh: str, found_en: str) -> None:
        super().__init__(
            f"{name} 是{found_zh}；请给出可以打开的普通文件。", f"{name} is {found_en}; name a regular file that opens."
        )
        self.found_zh = found_zh
        self.found_en = found_en


class UploadTooLarge(RequestError, code="upload-too-large", status=413, title=("文件过大", "File too large")):
    """A file is larger than the limit (setting `max_upload_mb`)."""


class UnsupportedMediaType(
    RequestError, code="unsupported-media-type", status=415, title=("不支持的内容类型", "Unsupported media type")
):
    """The body is in a format that is not read here."""


class QueryEnded(RequestError, code="query-ended", status=503, title=("查询已终止", "Query ended")):
    """A running query was ended."""


class QueryTimeout(QueryEnded, code="query-timeout"):
    """It took longer than the time limit."""


class QueryMemoryExceeded(QueryEnded, code="query-memory"):
    """It needed more memory than the limit."""


class QueryKilled(QueryEnded, code="query-cancelled"):
    """It was cancelled."""


class WorkerLost(QueryEnded, code="worker-lost", headers=_SOON):
    """Its process died and nobody knows why."""


class QueryNotFound(RequestError, code="query-not-found", status=404, title=("没有此查询", "No such query")):
    """There is no running query of that id."""


class AnswerTooLarge(RequestError, code="answer-too-large", status=413, title=("结果过大", "Answer too large")):
    """An answer that has to be whole in memory is longer than that; streamed ones have no such limit."""


class QueueFull(RequestError, code="queue-full", status=503, title=("查询太多", "Too many queries"), headers=_SOON):
    """Too many queries at once."""


class ValidationQueueFull(
    QueueFull, code="validation-queue-full", title=("待校验的文件太多", "Too many uploads"), headers=_SOON
):
    """Too many uploads at once (setting `validation_queue`)."""


class WritingOff(RequestError, code="writing-off", status=403, title=("写入未开启", "Writing is off")):
    """No token is set, so nothing can be written."""


class TokenNeeded(
    RequestError,
    code="token-needed",
    status=401,
    title=("需要令牌", "Token needed"),
    headers={"WWW-Authenticate": 'Bearer realm="ohai-kg"'},
):
    """The request has no token, or a wrong one."""


class WriteRefused(
    RequestError, code="write-refused", status=422, title=("写入不符合规则", "Write refused"), members=("report",)
):
    """The write would break the rules of profile core; `report` says which and where."""

    def __init__(self, zh: str, en: str, report: dict[str, object] | None = None) -> None:
        super().__init__(zh, en)
        self.report = report


def error_values(error: OhaiError, longest: int = 4000) -> dict[str, Any]:
    """An error as plain values for `from_wire`; each sentence has at most `longest` characters."""
    return {"code": error.code, "zh": error.zh[:longest], "en": error.en[:longest], **error.fields}


def from_wire(values: Mapping[str, Any]) -> OhaiError:
    """An error that another process described by `error_values`."""
    kind = {kind.code: kind for kind in _descendants(OhaiError)}.get(values["code"], OhaiError)
    error = OhaiError.__new__(kind)
    OhaiError.__init__(error, values["zh"], values["en"])
    for name in kind.members:
        setattr(error, name, values.get(name))
    return error


def _descendants(kind: type[OhaiError]) -> list[type[OhaiError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _descendants(child))]
