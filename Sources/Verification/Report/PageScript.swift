/// Sorts a table when one of its heads is pressed. Written without the characters that XML reserves.
enum PageScript {
  static let sorting: Markup = """
    for (const table of document.querySelectorAll("table.sortable")) {
      const heads = Array.from(table.tHead.rows[0].cells);
      heads.forEach((head, column) => head.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") !== "descending";
        const key = row => {
          const cell = row.cells[column];
          return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
        };
        const order = (a, b) => typeof a === "number" ? a - b : a.localeCompare(b, "en", {numeric: true});
        const rows = Array.from(table.tBodies[0].rows);
        rows.sort((a, b) => (descending ? -1 : 1) * order(key(a), key(b)));
        table.tBodies[0].append(...rows);
        heads.forEach(other => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      }));
    }
    """
}
