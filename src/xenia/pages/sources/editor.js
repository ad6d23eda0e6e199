// The text of a programme: its parts in colours, errors marked at their lines, and a way to each.
// The textarea stays what is written in and sent; this is drawn below it, hidden from readers of screens.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const PARTS = new RegExp(
  [
    /(?<comment>(?<=^|\s)#.*$)/,
    /(?<string>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/,
    /(?<key>[\p{L}_][\p{L}\p{N}_.-]*)(?=\s*:(?:\s|$))/,
    /(?<number>(?<![\p{L}\p{N}_.-])[+-]?\d+(?:[.:,-]\d+)*%?(?![\p{L}_]))/,
  ]
    .map((part) => part.source)
    .join("|"),
  "gu",
);

function line(text) {
  const made = document.createElement("span");
  made.className = "code-line";
  let at = 0;
  for (const found of text.matchAll(PARTS)) {
    const [kind] = Object.entries(found.groups).find(([, value]) => value !== undefined);
    made.append(text.slice(at, found.index));
    const part = document.createElement("span");
    part.className = `code-${kind}`;
    part.textContent = found[0];
    made.append(part);
    at = found.index + found[0].length;
  }
  made.append(text.slice(at));
  return made;
}

// ---- a text that is read ---------------------------------------------------------------------------
for (const shown of all("pre[data-code]")) {
  shown.replaceChildren(...shown.textContent.replace(/\n$/, "").split("\n").map(line));
}

// ---- a text that is written --------------------------------------------------------------------------
const area = one("[data-code-area]");
if (area) {
  const frame = area.parentElement;
  const sheet = document.createElement("div");
  sheet.className = "code-lines";
  sheet.setAttribute("aria-hidden", "true");
  frame.prepend(sheet);
  frame.classList.add("is-lit");
  area.rows = 16; // at least: it is as long as what is written in it

  let before = [];
  const draw = () => {
    const lines = area.value.split("\n");
    let first = 0;
    while (first < lines.length && first < before.length && lines[first] === before[first]) first += 1;
    let last = 0;
    while (
      last < Math.min(lines.length, before.length) - first &&
      lines[lines.length - 1 - last] === before[before.length - 1 - last]
    ) last += 1;
    const old = [...sheet.children].slice(first, before.length - last);
    const anchor = sheet.children[before.length - last] ?? null;
    for (const text of lines.slice(first, lines.length - last)) sheet.insertBefore(line(text), anchor);
    for (const gone of old) gone.remove();
    before = lines;
  };

  const mark = () => {
    for (const marked of all("[data-severity]", sheet)) delete marked.dataset.severity;
    for (const found of all("#checked [data-line]").reverse()) {
      const at = sheet.children[Number(found.dataset.line) - 1];
      if (at && at.dataset.severity !== "error") at.dataset.severity = found.dataset.severity;
    }
  };

  const go = (number, column) => {
    const lines = area.value.split("\n");
    const start = lines.slice(0, number - 1).reduce((sum, text) => sum + text.length + 1, 0);
    const text = lines[number - 1] ?? "";
    const at = Math.min(column - 1, text.length);
    const word = /^[^\s:,{}[\]]*/.exec(text.slice(at))[0].length;
    area.focus({ preventScroll: true });
    area.setSelectionRange(start + at, start + at + word);
    const there = sheet.children[number - 1];
    if (there) {
      frame.scrollTop = there.offsetTop - frame.offsetTop - frame.clientHeight / 3;
      frame.scrollLeft = 0;
      frame.scrollIntoView({ block: "nearest" });
    }
  };

  area.addEventListener("input", draw);
  // A new line begins where the one before it did.
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey && !area.readOnly) {
      const until = area.value.slice(0, area.selectionStart);
      const room = /(?:^|\n)( *)[^\n]*$/.exec(until)[1];
      if (room) {
        event.preventDefault();
        document.execCommand("insertText", false, `\n${room}`);
      }
    }
  });
  // Wherever one is: also while one looks at what customers are told.
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !area.readOnly) {
      event.preventDefault();
      area.form.requestSubmit();
    }
  });
  document.addEventListener("click", (event) => {
    const to = event.target.closest("#checked [data-line]");
    if (!to) return;
    event.preventDefault();
    go(Number(to.dataset.line), Number(to.dataset.column));
  });

  // The language that was chosen stays, whatever is checked.
  let language = null;
  document.addEventListener("change", (event) => {
    if (event.target.matches("#checked [type=radio]")) language = event.target.value;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const chosen = language && one(`#checked [type=radio][value="${language}"]`);
    if (chosen) chosen.checked = true;
    mark();
  });

  // Where one was stays, too, when the page is saved; what is not saved is not left by mistake, and
  // comes back where saving it led elsewhere: whoever was signed out meanwhile loses nothing.
  const place = `editor:${window.location.pathname}`;
  let sent = false;
  area.form.addEventListener("submit", () => {
    sent = true;
    sessionStorage.setItem(place, JSON.stringify([area.selectionStart, frame.scrollTop, area.value]));
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && area.value !== area.defaultValue) event.preventDefault();
  });

  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  sessionStorage.removeItem(place);
  const back = kept !== null && kept[2] !== area.value && !area.readOnly;
  if (back) {
    area.value = kept[2];
    one("[data-restored]").hidden = false;
  }
  draw();
  mark();
  if (back) area.dispatchEvent(new Event("input", { bubbles: true }));
  const [, wanted] = /^#line-(\d+)$/.exec(window.location.hash) ?? [];
  if (wanted) {
    go(Number(wanted), 1);
  } else if (kept) {
    area.focus({ preventScroll: true });
    area.setSelectionRange(kept[0], kept[0]);
    frame.scrollTop = kept[1];
  }
}
