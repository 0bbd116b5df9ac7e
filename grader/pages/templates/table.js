const table = document.querySelector("table.t"), body = table.tBodies[0], all = [...body.rows];
const place = new Map(all.map((row, index) => [row, index]));

// Sorting: numbers by value; what is not handed in comes below all of them, what is ungraded just above it.
const value = (row, column) => {
  const text = row.cells[column].textContent.trim();
  return column === 0 ? place.get(row) : text === "–" ? -2 : text === "?" ? -1 : text === "" ? 0 : Number(text);
};
for (const button of table.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const th = button.closest("th"), column = th.cellIndex;
    const sign = th.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const keys = new Map(all.map((row) => [row, value(row, column)]));
    const words = all.some((row) => Number.isNaN(keys.get(row)));
    const text = (row) => row.cells[column].textContent;
    const order = words ? (a, b) => text(a).localeCompare(text(b)) : (a, b) => keys.get(a) - keys.get(b);
    const rows = [...body.rows].sort((a, b) => sign * order(a, b));
    for (const other of th.parentNode.cells) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    body.append(...rows);
  });
}

// Searching: every word that was typed is in the name or the id, accents aside.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const find = document.getElementById("find"), found = document.getElementById("found");
let names;
find.closest("p").hidden = false;
find.addEventListener("input", () => {
  names ??= new Map(all.map((row) => [row, plain(row.cells[0].textContent)]));
  const words = plain(find.value).split(/\s+/);
  let shown = 0;
  for (const row of all) {
    row.hidden = !words.every((word) => names.get(row).includes(word));
    shown += !row.hidden;
  }
  const students = all.length === 1 ? "student" : "students";
  found.textContent = shown === all.length ? `${shown} ${students}` : `${shown} of ${all.length} ${students}`;
});
find.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find.value) {
    find.value = "";
    find.dispatchEvent(new Event("input"));
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    [...body.rows].find((row) => !row.hidden)?.querySelector("a").focus();
  }
});

// Who made a mistake: the page names a few, and the places of the others in the table.
for (const more of document.querySelectorAll("[data-more]")) {
  more.closest("details").addEventListener("toggle", () => {
    const links = more.dataset.more.trim().split(" ").map((index) => all[index].querySelector("a").cloneNode(true));
    more.replaceWith(...links.flatMap((link) => [", ", link]));
  }, { once: true });
}
