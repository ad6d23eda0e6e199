// What pages do beyond what HTML does. Everything works without it; nothing here is evaluated from text.
import htmx from "htmx.org/dist/htmx.esm.js";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.historyCacheSize = 0;
htmx.config.selfRequestsOnly = true;
htmx.config.scrollBehavior = "auto";
// What has come works at once: by default it would be listened to 20 ms after it is seen.
htmx.config.defaultSettleDelay = 0;
// What a service says is wrong is a page or a part of one, too: show it.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "...", swap: true },
];
window.htmx = htmx;

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// ---- the reader's zone, in which times are shown from the next page on ------------------------------
try {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`xenia-zone=${zone}`)) {
    document.cookie = `xenia-zone=${zone}; path=/; max-age=31536000; samesite=strict`;
  }
} catch {
  // Times are shown in UTC.
}

// ---- forms: sent once, however often somebody clicks ------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of all("button[type=submit], button:not([type])", form)) {
    button.setAttribute("aria-busy", "true");
  }
});
// Coming back to a page that was left by a form: it may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of all("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of all("[aria-busy]", form)) button.removeAttribute("aria-busy");
  }
});
// Choices that apply at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

// ---- a file that is sent within a form: read into another field of it --------------------------------
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("[data-reads]")) return;
  const into = document.getElementById(input.dataset.reads);
  const file = input.files[0];
  into.value = "";
  const tooLarge = file !== undefined && file.size > Number(input.dataset.most);
  input.setCustomValidity(tooLarge ? input.dataset.wrong : "");
  if (tooLarge) {
    input.reportValidity();
    input.value = "";
    return;
  }
  if (!file) return;
  // Not before it is read.
  input.form.dataset.sent = "reading";
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    into.value = reader.result.slice(reader.result.indexOf(",") + 1);
  });
  reader.addEventListener("loadend", () => delete input.form.dataset.sent);
  reader.readAsDataURL(file);
});

// ---- menus: one open at a time, closed by Escape and by a click elsewhere ----------------------------
const menus = () => all("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    one("summary", menu).focus();
  }
});

// ---- tabs: of more than there is room for, that of the page is seen -----------------------------------
const showTab = () => {
  for (const tab of all("[data-tabs] > [aria-current]")) {
    const row = tab.parentElement;
    const [own, whole] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollBy(own.left + own.width / 2 - whole.left - whole.width / 2, 0);
  }
};
showTab();
document.fonts.ready.then(showTab); // in which it may be wider

// ---- dialogs -----------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens)?.showModal();
    return;
  }
  if (event.target instanceof HTMLDialogElement && event.target.dataset.closes !== undefined) {
    event.target.close();
  }
  const closer = event.target.closest("[data-closes-dialog]");
  if (closer) closer.closest("dialog").close();
  const copier = event.target.closest("[data-copies]");
  if (copier) {
    navigator.clipboard?.writeText(copier.dataset.copies).then(() => say(copier.dataset.said ?? ""));
  }
});

// ---- what has changed is said to those who do not see it ----------------------------------------------
function say(text) {
  const where = document.getElementById("said");
  if (where && text) where.textContent = text;
}
document.addEventListener("htmx:afterSwap", (event) => {
  const told = one("[data-said]", event.target) ?? event.target.closest?.("[data-said]");
  if (told) say(told.dataset.said);
  const focus = one("[data-focus]", event.target);
  if (focus) focus.focus();
});

// ---- the palette: go somewhere, or find somebody, by the keyboard --------------------------------------
const palette = document.getElementById("palette");
if (palette) {
  const input = one("input", palette);
  const list = one("[role=listbox]", palette);
  const options = () => all("[role=option]:not([hidden])", list);
  const select = (option) => {
    for (const known of all("[role=option]", list)) known.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };
  const narrow = () => {
    const wanted = input.value.trim().toLowerCase();
    for (const option of all("[role=option]", list)) {
      const text = option.textContent.toLowerCase();
      option.hidden = option.dataset.finds === undefined && wanted !== "" && !text.includes(wanted);
    }
    for (const finder of all("[data-finds]", list)) {
      finder.hidden = wanted === "";
      one("[data-wanted]", finder).textContent = input.value.trim();
    }
    for (const group of all("[role=group]", list)) {
      group.hidden = !one("[role=option]:not([hidden])", group);
    }
    select(options()[0]);
  };
  const go = (option) => {
    if (!option) return;
    const to = option.dataset.finds === undefined
      ? option.dataset.href
      : option.dataset.finds + encodeURIComponent(input.value.trim());
    palette.close();
    window.location.assign(to);
  };
  const open = () => {
    if (palette.open) return;
    input.value = "";
    narrow();
    palette.showModal();
    input.focus();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens-palette]")) {
      event.preventDefault();
      open();
    }
  });
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    const known = options();
    const at = known.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      select(known[(at + step + known.length) % known.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(known[at]);
    }
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
}
