"""Reads a page of the admin as a browser does: the fields of its form with their values, and its lists."""

from html.parser import HTMLParser

from django.urls import reverse


def admin_url(row_or_model, page="change"):
    """The address of a record's page, or of its list (`changelist`, `add`)."""
    options = row_or_model._meta
    name = f"admin:{options.app_label}_{options.model_name}_{page}"
    return reverse(name) if page in ("changelist", "add") else reverse(name, args=[row_or_model.pk])


class _Form(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.values, self.sizes = form_id, False, {}, {}
        self.text = self.select = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        name = found.get("name")
        if not self.inside or "disabled" in found:
            return
        if tag == "input" and name and found.get("type") not in ("submit", "file", "button"):
            if found.get("type") not in ("checkbox", "radio") or "checked" in found:
                is_tick = found.get("type") in ("checkbox", "radio")
                self.values.setdefault(name, []).append(found.get("value", "on" if is_tick else ""))
        elif tag == "textarea":
            self.text = name
            self.values[name] = [""]
        elif tag == "select":
            self.select = name
            self.sizes[name] = 0
        elif tag == "option" and self.select:
            self.sizes[self.select] += 1
            if "selected" in found:
                self.values.setdefault(self.select, []).append(found.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.text = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.text:
            self.values[self.text][0] += data.removeprefix("\n")


def _parsed(response):
    page = _Form(f"{response.context['opts'].model_name}_form")
    page.feed(response.content.decode())
    return page


def fields_in(html, model):
    """What the form for this model in a page would send."""
    page = _Form(f"{model._meta.model_name}_form")
    page.feed(html)
    return page.values


def fields(response, **changes):
    """What the form on this page would send, with some fields filled in."""
    return {**_parsed(response).values, **changes}


def sizes_of_selects(response):
    """How many choices each select on this page holds."""
    return _parsed(response).sizes


def add_row(data, prefix, **values):
    """One more row in the table `prefix`, as the button "add another" does."""
    number = int(data[f"{prefix}-TOTAL_FORMS"][0])
    data[f"{prefix}-TOTAL_FORMS"] = [str(number + 1)]
    empty = f"{prefix}-__prefix__-"
    blank = {name.removeprefix(empty): value for name, value in data.items() if name.startswith(empty)}
    data.update({f"{prefix}-{number}-{name}": value for name, value in {**blank, **values}.items()})
    return data
