"""Class-based views, Django's and REST framework's: the rows that they show, and what shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.frameworks import routes, serializers, templates
from greenprof.lint.orm.frameworks.parts import Spot, default_rows, option, spot_of
from greenprof.lint.orm.models import label_of
from greenprof.lint.orm.program import names_in
from greenprof.lint.orm.values import (
    ANYTHING,
    Constant,
    Function,
    Made,
    Mapping,
    Object,
    Rows,
    Several,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.project import ClassInfo

_LISTS = ("ListAPIView", "ListCreateAPIView", "ModelViewSet", "ReadOnlyModelViewSet", "ListModelMixin")
_SINGLE = (
    "RetrieveAPIView",
    "RetrieveUpdateAPIView",
    "RetrieveDestroyAPIView",
    "RetrieveUpdateDestroyAPIView",
    "RetrieveModelMixin",
)
_REST = (*_LISTS, *_SINGLE, "GenericAPIView", "GenericViewSet", "APIView", "ViewSet", "CreateAPIView", "UpdateAPIView")
_READING = ("list", "retrieve")
_ACTIONS = (*_READING, "create", "update", "partial_update", "destroy")
_LIST_PAGES = (
    "ListView",
    "BaseListView",
    "MultipleObjectMixin",
    "ArchiveIndexView",
    "YearArchiveView",
    "MonthArchiveView",
)
_ONE_PAGES = ("DetailView", "BaseDetailView", "SingleObjectMixin", "UpdateView", "DeleteView")
_PAGES = (*_LIST_PAGES, *_ONE_PAGES, "TemplateView", "FormView", "CreateView", "ContextMixin", "TemplateResponseMixin")


def look_at_class(ev: Evaluator, info: ClassInfo) -> None:
    """What a request for a view does."""
    frame = ev.start(info.module)
    frame.doubts += is_unreached(ev, info)
    if ev.is_subclass(info, *_LISTS, *_SINGLE):
        _list_by_serializer(ev, info, frame)
    elif ev.is_subclass(info, *_PAGES) and _shows_a_page(ev, info):
        view = Object(info)
        context = _context(ev, view, frame)
        _render(ev, view, context, frame)


def is_unreached(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether a class is a view that nothing in the project leads to."""
    return is_view(ev, info) and routes.is_unreached(ev, info, *_REST, *_PAGES)


def _shows_a_page(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether a view answers with its page when somebody asks for it, and does not only take what is posted."""
    names = option(ev, info, "http_method_names")
    if isinstance(names, Several):
        return Constant("get") in names.elements
    told = [name for one in ev.ancestors(info)[0] for name in names_in(one.node[6])]
    return "require_POST" not in told


def _list_by_serializer(ev: Evaluator, info: ClassInfo, frame: Frame) -> None:
    lists = ev.is_subclass(info, *_LISTS)
    action = "list" if lists else "retrieve"
    view = Object(info, attributes=(("action", Constant(action)),))
    if option(ev, info, action) is not None or option(ev, info, "get") is not None:
        return  # their own code says what is shown
    serializer = serializers.serializer_of(ev, view, frame)
    rows = queryset_of(ev, view, frame)
    if serializer is None or not isinstance(rows, Rows):
        return
    spot = spot_of(info, "get_queryset" if "get_queryset" in info.members else "queryset")
    shown = rows if lists else mapper.element(rows)
    here = spot.frame(frame)
    serializers.data(ev, serializers.given_rows(serializer, shown, many=lists), spot.calling(), here)


def acting(ev: Evaluator, info: ClassInfo, method: str) -> Object:
    """An object of a class as one of its methods sees it: a view's ``list`` is what is called for this action."""
    is_action = method in _ACTIONS and ev.is_subclass(info, *_REST)
    return Object(info, attributes=(("action", Constant(method)),) if is_action else ())


def is_view(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether a class is a view that has rows."""
    return ev.is_subclass(info, *_REST, *_PAGES)


def queryset_of(ev: Evaluator, view: Object, frame: Frame) -> Value:
    """The rows of a view, by its own ``get_queryset`` or as its base does."""
    own = option(ev, view.info, "get_queryset")
    value = ev.call_unseen(replace(own, bound=view), (), frame) if isinstance(own, Function) else None
    return _together(value) if value is not None else base_queryset(ev, view, frame)


def _together(value: Value) -> Value:
    """Rows that may come one way or another: each way knows which relations its readers need."""
    found = [one for one in alternatives(value) if isinstance(one, Rows)]
    if not found:
        return value
    loaded = frozenset().union(*(one.source.loaded for one in found if one.model is found[0].model))
    return replace(found[0], source=replace(found[0].source, loaded=loaded))


def base_queryset(ev: Evaluator, view: Object, frame: Frame) -> Value:
    """The rows of ``queryset`` or ``model``, as ``super().get_queryset()`` gives them."""
    for name in ("queryset", "model"):
        told = next((one for key, one in view.attributes if key == name), None) or option(ev, view.info, name)
        if isinstance(told, Rows):
            return replace(told, state="query" if told.state == "manager" else told.state)
        model = mapper.model_of(ev, told) if told is not None else None
        if model is not None:
            owner = next((one for one in ev.ancestors(view.info)[0] if name in one.members), view.info)
            rows = default_rows(ev, model, spot_of(owner, name), frame)
            return replace(rows, state="query") if isinstance(rows, Rows) else rows
    return ANYTHING


def attribute(ev: Evaluator, view: Object, name: str, frame: Frame) -> Value | None:
    """``self.object_list`` and what else a view's base sets."""
    if name == "object_list" and ev.is_subclass(view.info, *_LIST_PAGES):
        return queryset_of(ev, view, frame)
    if name == "object" and ev.is_subclass(view.info, *_ONE_PAGES):
        return _one_of_rows(ev, view, frame)
    if name == "request" and any(("action", Constant(one)) in view.attributes for one in _READING):
        return Made("django.http.HttpRequest", keywords=(("method", Constant("GET")),))
    return None


def _one_of_rows(ev: Evaluator, view: Object, frame: Frame) -> Value:
    own = option(ev, view.info, "get_object")
    if isinstance(own, Function):
        return ev.call_unseen(replace(own, bound=view), (), frame)
    rows = queryset_of(ev, view, frame)
    return mapper.element(rows) if isinstance(rows, Rows) else ANYTHING


def call(ev: Evaluator, view: Object, name: str, arguments: Arguments, frame: Frame, *, base: bool) -> Value | None:
    """A method that a view has from its base; `base` where ``super()`` asks for it."""
    args, keywords = arguments
    match name:
        case "get_queryset":
            return base_queryset(ev, view, frame) if base else queryset_of(ev, view, frame)
        case "filter_queryset" | "paginate_queryset" if args:
            return args[0]
        case "get_object":
            rows = queryset_of(ev, view, frame)
            return mapper.element(rows) if isinstance(rows, Rows) else ANYTHING
        case "get_serializer_class":
            told = option(ev, view.info, "serializer_class")
            return told if told is not None else ANYTHING
        case "get_serializer":
            serializer = serializers.serializer_of(ev, view, frame)
            return serializers.given(serializer, arguments) if serializer is not None else None
        case "list" | "retrieve" if base:
            _list_super(ev, view, name, frame)
            return ANYTHING
        case "get_context_data":
            return _base_context(ev, view, dict(keywords), frame)
        case "render_to_response" if args:
            _render(ev, view, args[0], frame)
            return ANYTHING
    return None


def _list_super(ev: Evaluator, view: Object, name: str, frame: Frame) -> None:
    serializer = serializers.serializer_of(ev, view, frame)
    rows = queryset_of(ev, view, frame)
    if serializer is not None and isinstance(rows, Rows):
        many = name == "list"
        given = serializers.given_rows(serializer, rows if many else mapper.element(rows), many=many)
        serializers.data(ev, given, Spot(view.info.module, view.info.line, 0).calling(), frame)


# Pages


def _context(ev: Evaluator, view: Object, frame: Frame) -> Value:
    own = option(ev, view.info, "get_context_data")
    if isinstance(own, Function):
        return ev.call_unseen(replace(own, bound=view), (), frame)
    return _base_context(ev, view, {}, frame)


def _base_context(ev: Evaluator, view: Object, more: dict[str | None, Value], frame: Frame) -> Value:
    """The names that a template of a view sees."""
    entries: dict[str, Value] = {"view": view}
    extra = option(ev, view.info, "extra_context")
    if isinstance(extra, Mapping):
        entries.update(extra.entries)
    given = option(ev, view.info, "context_object_name")
    name = mapper.text_of(given) if given is not None else None
    if ev.is_subclass(view.info, *_LIST_PAGES):
        rows = more.get("object_list") or queryset_of(ev, view, frame)
        entries |= dict.fromkeys(("object_list", name or _list_name(rows)), rows)
        entries["page_obj"] = Made("django.core.paginator.Page", (rows,))
    elif ev.is_subclass(view.info, *_ONE_PAGES):
        row = ev.attribute(view, "object", spot_of(view.info, "model").reading("object"), frame)
        model = getattr(row, "model", None)
        entries |= dict.fromkeys(("object", name or (model.name.lower() if model is not None else "object")), row)
    entries |= {key: value for key, value in more.items() if key is not None}
    return Mapping(tuple(entries.items()))


def _list_name(rows: Value) -> str:
    model = getattr(rows, "model", None)
    return f"{model.name.lower()}_list" if model is not None else "object_list"


def _render(ev: Evaluator, view: Object, context: Value, frame: Frame) -> None:
    """The template of a view, by ``template_name`` or by the name of its model."""
    told = option(ev, view.info, "template_name")
    if told is not None:
        names = [text for one in alternatives(told) if (text := mapper.text_of(one))]
    else:
        rows = queryset_of(ev, view, frame)
        model = getattr(rows, "model", None)
        suffix = option(ev, view.info, "template_name_suffix")
        ending = (mapper.text_of(suffix) if suffix is not None else None) or (
            "_list" if ev.is_subclass(view.info, *_LIST_PAGES) else "_detail"
        )
        names = [f"{label_of(model.info.module)}/{model.name.lower()}{ending}.html"] if model is not None else []
    for name in names:
        templates.render(ev, name, context, frame)
