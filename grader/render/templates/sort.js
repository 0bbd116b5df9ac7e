for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const th = button.closest("th"), body = th.closest("table").tBodies[0];
    const sign = th.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const value = (row) => Number(row.cells[th.cellIndex].dataset.order);
    const rows = [...body.rows].sort((a, b) => sign * (value(a) - value(b)));
    for (const other of th.parentNode.cells) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    body.append(...rows);
  });
}
