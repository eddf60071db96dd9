/// The look of the report, in light and dark; no fonts or pictures from elsewhere.
enum PageStyle {
  static let css: Markup = """
    :root { color-scheme: light dark;
      --page: #f6f7f9; --card: #ffffff; --ink: #1b2330; --soft: #5d6878; --line: #dfe3ea;
      --accent: #2b5fd9; --good: #17803d; --bad: #c0271c; --plain: #4a5568;
      --cold: #e3edfd; --warm: #f7c873; --hot: #c9302c; --on-hot: #ffffff; }
    @media (prefers-color-scheme: dark) { :root {
      --page: #10141b; --card: #181e28; --ink: #e4e8ee; --soft: #98a3b3; --line: #2b3442;
      --accent: #7da6ff; --good: #2f9e58; --bad: #e0564a; --plain: #66738a;
      --cold: #1d2b47; --warm: #94642a; --hot: #e2503f; --on-hot: #ffffff; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    main { max-width: 1080px; margin: 0 auto; padding: 28px 20px 60px; }
    h1 { font-size: 24px; line-height: 1.25; margin: 10px 0 4px; overflow-wrap: anywhere; }
    h1 small { color: var(--soft); font-weight: 400; }
    h2 { font-size: 17px; margin: 0 0 4px; }
    p { margin: 4px 0 12px; }
    .soft, .legend, caption { color: var(--soft); }
    section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 18px 20px; margin-top: 18px; }
    .pill { display: inline-block; padding: 3px 14px; border-radius: 99px; color: #ffffff;
      font-weight: 600; background: var(--plain); }
    .pill.good { background: var(--good); } .pill.bad { background: var(--bad); }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr));
      gap: 14px; margin-top: 18px; }
    .tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 12px 16px; }
    .tile b { display: block; font-size: 23px; line-height: 1.3; font-weight: 600;
      font-variant-numeric: tabular-nums; }
    .tile span { color: var(--soft); font-size: 13px; display: block; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; }
    th, td { text-align: left; padding: 5px 10px; border-bottom: 1px solid var(--line);
      vertical-align: top; }
    td { overflow-wrap: anywhere; min-width: 8em; }
    thead th { color: var(--soft); font-weight: 500; white-space: nowrap; }
    tbody th { font-weight: 500; color: var(--soft); }
    .number { text-align: right; min-width: 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
    code, .token { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono",
      monospace; font-size: 13px; }
    pre { margin: 8px 0 0; padding: 12px 14px; background: var(--page); border-radius: 8px;
      white-space: pre-wrap; overflow-wrap: anywhere; }
    svg { display: block; width: 100%; min-width: 540px; height: auto; margin-top: 8px; }
    svg text { fill: var(--soft); font-size: 12px; } svg .name { fill: var(--ink); }
    .grid { stroke: var(--line); } .rule { stroke: var(--ink); stroke-dasharray: 3 3; }
    .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
    .dot, .bar { fill: var(--accent); }
    .bar:hover, .dot:hover { fill: var(--hot); }
    .heat { font-size: 12px; border-collapse: separate; border-spacing: 2px; }
    .heat th, .heat td { border: 0; padding: 4px 6px; text-align: center; white-space: nowrap;
      min-width: 0; }
    .heat thead th { font-size: 11px; }
    .cell { border-radius: 4px; color: var(--ink); }
    .cool { background: color-mix(in oklab, var(--warm) var(--heat), var(--cold)); }
    .warm { background: color-mix(in oklab, var(--hot) var(--heat), var(--warm)); }
    .warm { color: color-mix(in oklab, var(--on-hot) clamp(0%, (var(--heat) - 45%) * 100, 100%), var(--ink)); }
    .same { color: var(--soft); box-shadow: inset 0 0 0 1px var(--line); }
    .legend { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; white-space: nowrap;
      margin: 10px 0 0; font-size: 13px; }
    .legend .cell { padding: 1px 10px; margin-right: 12px; }
    .ramp { width: 200px; height: 12px; border-radius: 4px; background:
      linear-gradient(in oklab to right, var(--cold), var(--warm), var(--hot)); }
    th button { font: inherit; color: inherit; background: none; border: 0; padding: 0;
      cursor: pointer; }
    th[aria-sort=ascending] button::after { content: " ▲"; }
    th[aria-sort=descending] button::after { content: " ▼"; }
    details summary { cursor: pointer; color: var(--accent); margin-top: 10px; }
    .moment { border-top: 1px solid var(--line); padding: 14px 0 4px; }
    .moment:first-of-type { border-top: 0; }
    .changed { color: var(--bad); font-size: 13px; margin-left: 8px; }
    .passage { margin: 6px 0 10px; overflow-wrap: anywhere; }
    .passage mark, .actual .token { background: color-mix(in oklab, var(--accent) 22%, transparent);
      color: inherit; border-radius: 3px; padding: 0 3px; }
    .sides { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; }
    .sides td { padding: 2px 8px 2px 0; border: 0; min-width: 0; } .sides caption { text-align: left; }
    .sides table { table-layout: fixed; }
    .sides .track { width: 50%; padding-top: 7px; } .sides .number { width: 72px; padding-right: 0; }
    .fill { display: block; height: 9px; border-radius: 3px; background: var(--accent);
      min-width: 1px; }
    @media (max-width: 640px) { .sides { grid-template-columns: 1fr; } }
    """
}
