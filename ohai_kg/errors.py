"""Every error this package raises on purpose, in one tree.

    OhaiError
    ├── ProjectError              the project directory or its settings cannot be used
    │   └── SavedQueryInvalid     a saved query or its header is wrong (file and line are told)
    ├── IngestError               the tables or Turtle files cannot become quads
    │   ├── TableFaults           one or more cells, rows or headers are wrong (all of them listed)
    │   ├── CatalogueRefused      a catalogue cannot be imported where it was to go
    │   └── WorkbookUnreadable    an office file cannot be read as a catalogue (what was expected and found is told)
    │       ├── NotAWorkbook      it is a photo, a PDF or another kind of file
    │       ├── WorkbookEncrypted it is protected by a password
    │       ├── WorkbookTooLarge  it has too many bytes, cells or sheets, or unpacks to too much
    │       ├── NoTableFound      none of its sheets holds a table with the headings of a catalogue
    │       ├── NotACatalogue     it is a form that lists something else than items (which form is told)
    │       ├── FormulaErrors     cells of a table hold the error of a formula (all of them listed)
    │       └── ColumnsInvalid    the meaning given by hand to the columns does not fit the table
    ├── BuildError                no release could be made
    │   ├── NotConformant         the data break a rule of the profile `core`
    │   ├── UnsavedWrites         the current release holds statements that no input file has
    │   ├── ReleaseChanged        another process published in the meantime
    │   └── PublishingElsewhere   another process is publishing and does not end
    ├── FileTrouble               a file or folder of this machine cannot be read or written (why, and what to do)
    ├── StoreError
    │   ├── NoRelease             nothing has been built yet
    │   ├── ReleaseNotLoaded      the server has loaded none yet, or cannot (why is told)
    │   ├── ReleaseDamaged        a file of a release, or the pointer to it, is not what it was (which one is told)
    │   ├── ReleaseNotFound       no release of that id
    │   │   └── ReleaseGone       there was one, perhaps, and it was pruned
    │   ├── ReadOnly              a release was to be changed in place
    │   ├── StorageFull           the disk is full
    │   ├── FolderNotEmpty        a package was to be written where other files are
    │   └── NotAPackage           a folder that was to be checked holds no package
    ├── ValidationError           data could not be validated
    │   ├── ProfileNotFound       no profile of that name
    │   └── ShapesInvalid         the shapes are ill-formed, recursive or want what is not supported
    └── RequestError              what a client asked for cannot be done as asked
        ├── IssuerUnknown         the issuer of a catalogue is not registered
        ├── QuerySyntaxError      the query or update does not parse (line and column are told)
        ├── SavedQueryNotFound    no saved query of that name
        ├── DisclosureListNotFound no catalogue or negative list of that name
        ├── DownloadNotFound      a release has no file of that name
        ├── FormatNotFound        the address asks for a format that does not exist for it
        ├── ShapesRefused         shapes of a user's own were sent over HTTP
        ├── SubmissionNotFound    no report of that id, or no longer
        ├── ValidationEnded       the process that validated a file ended before it was done
        │   ├── ValidationTimeout, ValidationMemoryExceeded  it was over a limit (which one and how much is told)
        │   └── ValidationCrashed the program broke on this file
        ├── ParameterInvalid      a parameter of a saved query is unknown or has no such value (what is allowed is told)
        ├── QueryFailed           the query parses but means nothing that can be carried out
        ├── GraphNotFound         no graph of that name
        ├── SearchNotReady        the first search index is still being made
        ├── ResourceNotFound      nothing is said about that IRI (things with a like key or label are told)
        ├── FederationRefused     SERVICE and LOAD never leave this server
        ├── MethodNotAllowed      the address does not take that method
        ├── NotAcceptable         none of the formats asked for exists for this answer
        │   └── FormatInsufficient the format has no way to write something of this answer (formats that have are told)
        ├── DataUnreadable        a file is empty, not RDF, not UTF-8, or declares XML entities (line and column are told)
        │   └── GraphUnreadable   a graph sent to be written cannot be read
        ├── MalformedRequest      it is no HTTP/1.1
        │   └── HostInvalid           the header Host is missing, given twice, or no host
        ├── HostRefused           it is meant for another site
        ├── AddressTooLong        its address is longer than the limit
        ├── HeadersTooLarge       its headers are longer than the limit, or too many
        ├── RequestTimedOut       it did not come in time
        ├── FileUnreadable        what a path names is no file (a folder, a pipe, a device), or it does not open
        ├── UploadTooLarge        a file is larger than the limit
        ├── QueryEnded            a running query was ended
        │   ├── QueryTimeout          it took longer than the time limit
        │   ├── QueryMemoryExceeded   it needed more memory than the limit
        │   ├── QueryKilled           it was cancelled
        │   └── WorkerLost            its process died and nobody knows why
        ├── QueryNotFound         no running query of that id
        ├── AnswerTooLarge        an answer that has to be whole in memory is longer than that
        ├── QueueFull             too many queries at once
        ├── WritingOff            no token is set, so nothing can be written
        ├── TokenNeeded           the request has no token, or a wrong one
        ├── WriteRefused          the write would break the rules of profile core (the report goes with it)
        └── UnsupportedMediaType  the body is in a format that is not read here

An error carries a stable `code` (never reworded), an HTTP `status`, and a sentence in Chinese and in English that says
what to do next. Nothing else of it reaches a user.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path


class OhaiError(Exception):
    """The root: `zh` and `en` are whole sentences for a user."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title_zh: ClassVar[str] = "内部错误"
    title_en: ClassVar[str] = "Internal error"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class ProjectError(OhaiError):
    """The project directory or its settings cannot be used."""

    code = "project-invalid"
    title_zh = "项目目录不可用"
    title_en = "Project not usable"


class SavedQueryInvalid(ProjectError):
    """A saved query cannot be used: its header or a block of its text is wrong. `line` counts from 1."""

    code = "saved-query-invalid"
    title_zh = "保存的查询不可用"
    title_en = "Saved query not usable"

    def __init__(self, file: str, line: int, zh: str, en: str) -> None:
        super().__init__(f"{file} 第 {line} 行：{zh}。", f"{file}, line {line}: {en}.")
        self.file = file
        self.line = line


class IngestError(OhaiError):
    """A table or Turtle file cannot become quads."""

    code = "ingest-failed"
    status = 422
    title_zh = "数据不能读入"
    title_en = "Data could not be read"


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


class TableFaults(IngestError):
    """One or more cells, rows or headers are wrong; `faults` lists all of them and nothing was changed."""

    code = "table-faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda f: (f.file, f.row or 0, f.column or "", f.found)))
        count = len(self.faults)
        super().__init__(
            f"数据表有 {count} 处错误，未作任何改动；请按所列文件、行、列改正后重试。\n"
            + "\n".join(f"  {fault.render('zh')}" for fault in self.faults),
            f"{count} fault(s) in the tables; nothing was changed. Correct the places listed and try again.\n"
            + "\n".join(f"  {fault.render('en')}" for fault in self.faults),
        )


class WorkbookUnreadable(IngestError):
    """An office file cannot be read as a catalogue; nothing of it was taken."""

    code = "workbook-unreadable"
    title_zh = "文件不能读作目录"
    title_en = "Not readable as a catalogue"


class NotAWorkbook(WorkbookUnreadable):
    """It is a photo, a PDF or another kind of file that holds no table."""

    code = "not-a-workbook"
    status = 415


class WorkbookEncrypted(WorkbookUnreadable):
    """It is protected by a password."""

    code = "workbook-encrypted"


class WorkbookTooLarge(WorkbookUnreadable):
    """It has too many bytes, cells or sheets, or unpacks to too much."""

    code = "workbook-too-large"
    status = 413


class NoTableFound(WorkbookUnreadable):
    """None of its sheets holds a table with the headings of a catalogue."""

    code = "no-table-found"


class NotACatalogue(WorkbookUnreadable):
    """It is a known form that lists something else than information items."""

    code = "not-a-catalogue"


class FormulaErrors(WorkbookUnreadable):
    """Cells of a table hold the error of a formula instead of text."""

    code = "formula-errors"


class ColumnsInvalid(WorkbookUnreadable):
    """The meaning given by hand to the columns does not fit the table."""

    code = "columns-invalid"


class CatalogueRefused(IngestError):
    """A catalogue cannot be imported where it was to go; nothing was changed."""

    code = "catalogue-refused"
    status = 409
    title_zh = "不能导入"
    title_en = "Import refused"


class BuildError(OhaiError):
    """No release could be made; the current one stays."""

    code = "build-failed"
    title_zh = "发布失败"
    title_en = "Build failed"


class NotConformant(BuildError):
    """The data break a rule of the profile `core`."""

    code = "not-conformant"
    status = 422


class UnsavedWrites(BuildError):
    """The current release holds statements that no input file has."""

    code = "unsaved-writes"
    status = 409


class ReleaseChanged(BuildError):
    """Another process published a release in the meantime."""

    code = "release-changed"
    status = 409


class PublishingElsewhere(BuildError):
    """Another process holds the publication lock and does not let it go."""

    code = "publishing-elsewhere"
    status = 503


class FileTrouble(OhaiError):
    """A file or folder of this machine cannot be read or written; what was there is as it was."""

    code = "file-trouble"


class StoreError(OhaiError):
    """The releases on disk cannot be read or written."""

    code = "store-failed"
    title_zh = "存储不可用"
    title_en = "Storage not usable"


class NoRelease(StoreError):
    """Nothing has been built yet."""

    code = "no-release"
    status = 503


class ReleaseNotLoaded(StoreError):
    """The server has loaded no release yet, or cannot and tries again."""

    code = "release-not-loaded"
    status = 503


class ReleaseDamaged(StoreError):
    """A file of a release, or the pointer to the current one, is missing or not what it was when it was published.

    `expected` and `found` are checksums, or say in Chinese and English what else was expected and found.
    """

    code = "release-damaged"
    status = 503
    title_zh = "版本损坏"
    title_en = "Release damaged"

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


class ReleaseNotFound(StoreError):
    """There is no release of that id."""

    code = "release-not-found"
    status = 404


class ReleaseGone(ReleaseNotFound):
    """There is no release of that id any more; whoever wants its changes takes the whole data again."""

    code = "release-gone"
    status = 410


class ReadOnly(StoreError):
    """A release was to be changed in place."""

    code = "read-only"
    status = 403


class StorageFull(StoreError):
    """The disk is full; what was there before is intact."""

    code = "storage-full"
    status = 507


class FolderNotEmpty(StoreError):
    """A package was to be written where other files are; they are untouched."""

    code = "folder-not-empty"
    status = 409


class NotAPackage(StoreError):
    """A folder that was to be checked holds no package."""

    code = "not-a-package"
    status = 422


class ValidationError(OhaiError):
    """Data could not be validated; nothing is said about whether they conform."""

    code = "validation-failed"
    status = 422
    title_zh = "不能校验"
    title_en = "Validation failed"


class ProfileNotFound(ValidationError):
    """There is no profile of that name."""

    code = "profile-not-found"
    status = 404


class ShapesInvalid(ValidationError):
    """The shapes are ill-formed, recursive without end, or want what is not supported."""

    code = "shapes-invalid"


class RequestError(OhaiError):
    """What a client asked for cannot be done as asked."""

    code = "bad-request"
    status = 400
    title_zh = "请求有误"
    title_en = "Bad request"


class IssuerUnknown(RequestError):
    """The issuer of a catalogue is neither a registered unit nor a region with one registered government."""

    code = "issuer-unknown"
    title_zh = "没有登记的单位"
    title_en = "Unit not registered"


class QuerySyntaxError(RequestError):
    """The query or update does not parse. `line` and `column` count from 1; None where the parser does not tell."""

    code = "query-syntax"
    title_zh = "查询语法有误"
    title_en = "Query syntax error"

    def __init__(self, zh: str, en: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column


class SavedQueryNotFound(RequestError):
    """There is no saved query of that name."""

    code = "saved-query-not-found"
    status = 404
    title_zh = "没有此查询"
    title_en = "No such saved query"


class DisclosureListNotFound(RequestError):
    """There is no proactive catalogue, on-request catalogue or negative list of that name."""

    code = "catalogue-not-found"
    status = 404
    title_zh = "没有此目录"
    title_en = "No such catalogue"


class DownloadNotFound(RequestError):
    """A release has no file of that name."""

    code = "download-not-found"
    status = 404
    title_zh = "没有此文件"
    title_en = "No such file"


class FormatNotFound(RequestError):
    """The address asks for a format that does not exist for it."""

    code = "format-not-found"
    status = 404
    title_zh = "没有此格式"
    title_en = "No such format"


class ShapesRefused(RequestError):
    """Shapes of a user's own were sent over HTTP."""

    code = "shapes-refused"
    title_zh = "不接受自带的形状"
    title_en = "Shapes refused"


class SubmissionNotFound(RequestError):
    """There is no report of that id, or no longer."""

    code = "report-not-found"
    status = 404
    title_zh = "没有此报告"
    title_en = "No such report"


class ValidationEnded(RequestError):
    """The process that validated a file ended before it was done."""

    code = "validation-ended"
    status = 503
    title_zh = "校验中断"
    title_en = "Validation ended"


class ValidationTimeout(ValidationEnded):
    """It took longer than the limit (setting `validation_timeout_s`)."""

    code = "validation-timeout"
    status = 422


class ValidationMemoryExceeded(ValidationEnded):
    """It needed more memory than the limit (setting `validation_memory_mb`)."""

    code = "validation-memory"
    status = 413


class ValidationCrashed(ValidationEnded):
    """The file broke the program that was to judge it; what happened is in the log."""

    code = "validation-crashed"
    status = 422


class ParameterInvalid(RequestError):
    """A parameter of a saved query is unknown or has no such value; `allowed` lists what there is, where that is a list."""

    code = "parameter-invalid"
    title_zh = "查询参数有误"
    title_en = "Invalid query parameter"

    def __init__(self, name: str, value: str, allowed: Collection[str], zh: str, en: str) -> None:
        shown = value.encode("unicode_escape" if not value.isprintable() else "utf-8").decode()
        choices_zh = f"；可用：{'、'.join(allowed)}" if allowed else ""
        choices_en = f"; allowed: {', '.join(allowed)}" if allowed else ""
        super().__init__(f"参数 {name} 的值“{shown}”不可用：{zh}{choices_zh}。", f'{name} = "{shown}": {en}{choices_en}.')
        self.name = name
        self.value = value
        self.allowed = tuple(allowed)


class QueryFailed(RequestError):
    """The query parses but means nothing that can be carried out."""

    code = "query-failed"


class QueryTooDeep(RequestError):
    """The query nests deeper, or chains more operators, than the engine's stack takes."""

    code = "query-too-deep"
    title_zh = "查询嵌套过深"
    title_en = "Query too deep"

    def __init__(self) -> None:
        super().__init__(
            "查询的嵌套过深，或一串运算过长；请简化：减少括号的层数，用 VALUES 或 IN 代替一长串 UNION 或 ||，或分成几个查询。",
            "The query nests too deep or chains too many operators; simplify it: fewer brackets within brackets, VALUES or IN "
            "instead of a long row of UNION or ||, or several queries.",
        )


class SearchNotReady(RequestError):
    """The first search index is still being made."""

    code = "search-not-ready"
    status = 503
    title_zh = "搜索尚未就绪"
    title_en = "Search not ready"


class ResourceNotFound(RequestError):
    """Nothing is said about an IRI; `near` are things with a like key or label, as (path, label)."""

    code = "resource-not-found"
    status = 404
    title_zh = "没有此条"
    title_en = "No such resource"

    def __init__(self, iri: str, near: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(f"图谱中没有 {iri}。", f"The graph says nothing about {iri}.")
        self.iri = iri
        self.near = tuple(near)


class GraphNotFound(RequestError):
    """There is no graph of that name."""

    code = "graph-not-found"
    status = 404
    title_zh = "没有这个图"
    title_en = "Graph not found"


class FederationRefused(RequestError):
    """SERVICE and LOAD never leave this server."""

    code = "federation-refused"
    title_zh = "不执行联邦查询"
    title_en = "Federation refused"


class MethodNotAllowed(RequestError):
    """The address does not take that method."""

    code = "method-not-allowed"
    status = 405
    title_zh = "不支持的方法"
    title_en = "Method not allowed"


class NotAcceptable(RequestError):
    """None of the formats asked for exists for this answer."""

    code = "not-acceptable"
    status = 406
    title_zh = "没有所要的格式"
    title_en = "Not acceptable"


class FormatInsufficient(NotAcceptable):
    """The format asked for has no way to write something of this answer; the message names formats that have."""

    code = "format-insufficient"
    title_zh = "此格式写不出全部内容"
    title_en = "The format cannot hold this answer"


class DataUnreadable(RequestError):
    """A file is empty, not RDF, not UTF-8, or declares XML entities. `line` and `column` count from 1, None: not known."""

    code = "data-unreadable"
    status = 422
    title_zh = "文件不能读入"
    title_en = "File not readable"

    def __init__(self, zh: str, en: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column


class GraphUnreadable(DataUnreadable):
    """A graph sent to be written cannot be read."""

    code = "graph-unreadable"
    status = 400


class MalformedRequest(RequestError):
    """It is no HTTP/1.1."""

    code = "malformed-request"


class HostInvalid(MalformedRequest):
    """The header Host is missing, given twice, or no host (RFC 9112 section 3.2)."""

    code = "host-invalid"


class HostRefused(RequestError):
    """The request is meant for another site (setting `allowed_hosts`)."""

    code = "host-not-allowed"


class AddressTooLong(RequestError):
    """The address is longer than the limit (setting `max_header_kb`)."""

    code = "address-too-long"
    status = 414
    title_zh = "网址过长"
    title_en = "Address too long"


class HeadersTooLarge(RequestError):
    """The headers are longer than the limit (setting `max_header_kb`), or too many."""

    code = "headers-too-large"
    status = 431
    title_zh = "请求头过大"
    title_en = "Headers too large"


class RequestTimedOut(RequestError):
    """The request did not come in time (setting `request_timeout_s`)."""

    code = "request-timeout"
    status = 408
    title_zh = "请求超时"
    title_en = "Request timed out"


class FileUnreadable(RequestError):
    """What a path names is no regular file, or it does not open; `found_zh` and `found_en` say what it is."""

    code = "file-unreadable"
    status = 422
    title_zh = "文件不能读入"
    title_en = "File not readable"

    def __init__(self, name: str, found_zh: str, found_en: str) -> None:
        super().__init__(
            f"{name} 是{found_zh}；请给出可以打开的普通文件。", f"{name} is {found_en}; name a regular file that opens."
        )
        self.found_zh = found_zh
        self.found_en = found_en


class UploadTooLarge(RequestError):
    """A file is larger than the limit (setting `max_upload_mb`)."""

    code = "upload-too-large"
    status = 413
    title_zh = "文件过大"
    title_en = "File too large"


class UnsupportedMediaType(RequestError):
    """The body is in a format that is not read here."""

    code = "unsupported-media-type"
    status = 415
    title_zh = "不支持的内容类型"
    title_en = "Unsupported media type"


class QueryEnded(RequestError):
    """A running query was ended."""

    code = "query-ended"
    status = 503
    title_zh = "查询已终止"
    title_en = "Query ended"


class QueryTimeout(QueryEnded):
    """It took longer than the time limit."""

    code = "query-timeout"


class QueryMemoryExceeded(QueryEnded):
    """It needed more memory than the limit."""

    code = "query-memory"


class QueryKilled(QueryEnded):
    """It was cancelled."""

    code = "query-cancelled"


class WorkerLost(QueryEnded):
    """Its process died and nobody knows why."""

    code = "worker-lost"


class QueryNotFound(RequestError):
    """There is no running query of that id."""

    code = "query-not-found"
    status = 404
    title_zh = "没有此查询"
    title_en = "No such query"


class AnswerTooLarge(RequestError):
    """An answer that has to be whole in memory is longer than that; streamed ones have no such limit."""

    code = "answer-too-large"
    status = 413
    title_zh = "结果过大"
    title_en = "Answer too large"


class QueueFull(RequestError):
    """Too many queries at once."""

    code = "queue-full"
    status = 503
    title_zh = "查询太多"
    title_en = "Too many queries"


class ValidationQueueFull(QueueFull):
    """Too many uploads at once (setting `validation_queue`)."""

    code = "validation-queue-full"
    title_zh = "待校验的文件太多"
    title_en = "Too many uploads"


class WritingOff(RequestError):
    """No token is set, so nothing can be written."""

    code = "writing-off"
    status = 403
    title_zh = "写入未开启"
    title_en = "Writing is off"


class TokenNeeded(RequestError):
    """The request has no token, or a wrong one."""

    code = "token-needed"
    status = 401
    title_zh = "需要令牌"
    title_en = "Token needed"


class WriteRefused(RequestError):
    """The write would break the rules of profile core; `extra` carries the report."""

    code = "write-refused"
    status = 422
    title_zh = "写入不符合规则"
    title_en = "Write refused"

    def __init__(self, zh: str, en: str, report: dict[str, object] | None = None) -> None:
        super().__init__(zh, en)
        self.extra: dict[str, object] = {"report": report} if report is not None else {}


def from_wire(message: dict[str, Any]) -> OhaiError:
    """An error that another process described by its code, sentences and, for a query, its place."""
    kinds = {kind.code: kind for kind in _descendants(OhaiError)}
    kind = kinds.get(message["code"], OhaiError)
    if issubclass(kind, QuerySyntaxError | DataUnreadable):
        return kind(message["zh"], message["en"], message.get("line"), message.get("column"))
    if issubclass(kind, WriteRefused):
        return kind(message["zh"], message["en"], message.get("report"))
    error = OhaiError.__new__(kind)
    OhaiError.__init__(error, message["zh"], message["en"])
    return error


def _descendants(kind: type[OhaiError]) -> list[type[OhaiError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _descendants(child))]
