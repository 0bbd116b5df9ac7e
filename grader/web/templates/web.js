// Everything here is a convenience: without it the pages are read, filtered, sorted and decided on just the same.
document.documentElement.classList.add("js");
const at = (id) => document.getElementById(id);
let number = document.body.dataset.number, ended = document.body.dataset.ended;
let words = at("doing") ? "begun" : `ended ${ended}`;

// A part of the page as it would be served now takes the place of what is here; what somebody is writing stays.
const begun = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea")]
  .some((field) => field.value !== field.defaultValue || field === document.activeElement);
async function renew(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (!other || other.outerHTML === part.outerHTML) continue;
    if (begun(part)) {
      at("newer").hidden = false;
      continue;
    }
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    for (const box of part.querySelectorAll("details[open][id]")) fresh.getElementById(box.id)?.setAttribute("open", "");
    part.replaceWith(other);
    const again = held && [...other.querySelectorAll("a, button, input, summary")].find((one) => held.id
      ? one.id === held.id : one.tagName === held.tagName && (one.getAttribute("href") ?? one.textContent) === (held.getAttribute("href") ?? held.textContent));
    (again || (held && other.querySelector("tbody a")))?.focus({ preventScroll: true });
  }
  number = fresh.body.dataset.number;
  ended = fresh.body.dataset.ended;
}

// Judging: asked for every second while there is something to tell, said aloud at its beginning, every tenth, and its end.
function tell({ progress, ended: last }) {
  const tenth = progress.total ? Math.floor((10 * progress.done) / progress.total) : 0;
  const now = progress.what ? `${progress.what} ${tenth}` : `ended ${last.number}`;
  if (now !== words) at("said").textContent = progress.what ? `${progress.text} ${progress.left}` : last.text;
  words = now;
}
async function look() {
  let pause = 2000;
  if (!document.hidden) {
    try {
      const state = await (await fetch("/state", { cache: "no-store" })).json();
      at("gone").hidden = true;
      tell(state);
      const busy = state.progress.what !== "";
      if (String(state.number) !== number || String(state.ended.number) !== ended || busy || (!at("progress").hidden && at("doing"))) {
        await renew(location.pathname + location.search.replace(/([?&])done=\w*&?/, "$1"));
      }
      if (busy) pause = 1000;
    } catch {
      at("gone").hidden = false;
    }
  }
  setTimeout(look, pause);
}
setTimeout(look, at("doing") ? 300 : 700);

// Filter as you type, sort without leaving the page.
const filter = at("filter");
if (filter) {
  let timer;
  const show = async (address) => {
    history.replaceState(null, "", address);
    await renew(address);
  };
  const chosen = () => {
    const fields = [...new FormData(filter)].filter(([, value]) => value);
    return fields.length ? `/?${new URLSearchParams(fields)}` : "/";
  };
  filter.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(chosen()), 120);
  });
  filter.addEventListener("submit", (event) => {
    event.preventDefault();
    document.querySelector("[data-rows] tbody a")?.focus();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-sort], .counts a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const asked = new URL(link.href).searchParams;
    for (const name of ["sort", "down", "status"]) filter.elements[name].value = asked.get(name) ?? "";
    show(chosen());
  });
  at("find").addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      document.querySelector("[data-rows] tbody a")?.focus();
    }
  });
}

// A score above the maximum is allowed, and noticed.
document.addEventListener("input", ({ target }) => {
  if (target.name !== "score") return;
  const most = Number(target.form.dataset.most), given = Number(target.value.trim().replace(",", "."));
  const hint = at(target.id.replace(/score$/, "hint"));
  hint.textContent = target.value.trim() === "" ? "" : Number.isNaN(given) || given < 0 ? "not a score" : given > most ? `more than the maximum of ${most}` : "";
});

// Keys: / finds, j k and arrows move, e decides, u goes up. Not while somebody writes.
function row(step) {
  const links = [...document.querySelectorAll("[data-rows] tbody th a")];
  const here = document.activeElement.closest?.("[data-rows] tbody tr")?.querySelector("th a");
  const next = links[Math.min(links.length - 1, Math.max(0, links.indexOf(here) + (here ? step : step > 0 ? 1 : links.length)))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
function cell(step) {
  const links = [...document.activeElement.closest("tr").querySelectorAll("a")];
  links[links.indexOf(document.activeElement) + step]?.focus();
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const inside = event.target.closest("[data-rows] tbody"), rows = document.querySelector("[data-rows]");
  const keys = {
    "/": () => at("find")?.focus(),
    u: () => document.querySelector("[data-up]")?.click(),
    e: () => {
      const field = document.querySelector("#whole [name=score]");
      if (field) field.closest("details").open = true;
      field?.select();
    },
    j: () => (rows ? row(1) : document.querySelector("[rel=next]")?.click()),
    k: () => (rows ? row(-1) : document.querySelector("[rel=prev]")?.click()),
    ArrowDown: inside && (() => row(1)),
    ArrowUp: inside && (() => row(-1)),
    ArrowRight: inside && (() => cell(1)),
    ArrowLeft: inside && (() => cell(-1)),
  };
  const does = Object.hasOwn(keys, event.key) && keys[event.key];
  if (does) {
    event.preventDefault();
    does();
  }
});
