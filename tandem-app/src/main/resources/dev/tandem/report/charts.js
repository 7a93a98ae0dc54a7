"use strict";
// Drawings over d3. Every figure says in data-rendered how many marks it holds, has its numbers in a table beneath it,
// and takes its colours from the style sheet, so that dark mode and print need no script.
const charts = (() => {
  const DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 2", "1 4", "12 3", "6 2 1 2"];
  const SYMBOLS = [d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond, d3.symbolCross, d3.symbolStar, d3.symbolWye, d3.symbolCircle];
  const colour = i => `var(--c${i % 8})`;
  const tip = () => document.getElementById("tip");

  /** A figure with a caption; body draws into it and returns the number of marks. */
  function figure(parent, {title, note, wide, id}, body) {
    const f = d3.select(parent).append("figure").attr("class", wide ? "wide" : null).attr("data-chart", id);
    const caption = f.append("figcaption");
    caption.append("span").text(title);
    if (note) caption.append("small").text(note);
    const marks = body(f);
    f.attr("data-rendered", marks);
    return f;
  }

  /** The drawing of a figure, in units of its view box. */
  function drawing(f, width, height, label) {
    return f.append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img").attr("aria-label", label);
  }

  /** A mark that tells its value to mouse and keyboard. */
  function telling(selection, words) {
    const show = function (event, d) {
      const t = tip(), box = this.getBoundingClientRect();
      t.textContent = words(d);
      t.hidden = false;
      const left = Math.min(box.left + box.width / 2 + 10, document.documentElement.clientWidth - t.offsetWidth - 8);
      t.style.left = Math.max(4, left) + window.scrollX + "px";
      t.style.top = box.top + window.scrollY - t.offsetHeight - 6 + "px";
    };
    const hide = () => { tip().hidden = true; };
    return selection.attr("aria-label", words).on("mouseenter", show).on("focus", show).on("mouseleave", hide).on("blur", hide);
  }

  /** One stop of the tab key per figure; the arrow keys go from mark to mark. */
  function walkable(f) {
    const marks = f.selectAll("[data-mark]").nodes();
    marks.forEach((m, i) => {
      m.setAttribute("tabindex", i === 0 ? "0" : "-1");
      m.addEventListener("keydown", e => {
        const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[e.key];
        if (step) {
          e.preventDefault();
          m.setAttribute("tabindex", "-1");
          const next = marks[(i + step + marks.length) % marks.length];
          next.setAttribute("tabindex", "0");
          next.focus();
        } else if (e.key === "Escape") {
          tip().hidden = true;
        }
      });
    });
    return marks.length;
  }

  function legend(f, series) {
    const items = f.append("ul").attr("class", "legend").selectAll("li").data(series).join("li");
    items.append("svg").attr("viewBox", "0 0 26 10").attr("aria-hidden", "true").each(function (s, i) {
      const svg = d3.select(this), c = colour(s.colour ?? i);
      if (s.area) svg.append("rect").attr("width", 26).attr("height", 10).attr("fill", c).attr("fill-opacity", .55);
      else {
        svg.append("line").attr("x2", 26).attr("y1", 5).attr("y2", 5).attr("stroke", c).attr("stroke-width", 2.2)
          .attr("stroke-dasharray", DASHES[(s.dash ?? i) % 8]);
        if (!s.plain) svg.append("path").attr("d", d3.symbol(SYMBOLS[(s.dash ?? i) % 8], 34)()).attr("transform", "translate(13,5)").attr("fill", c);
      }
    });
    items.append("span").text(s => s.name);
  }

  function numbers(f, columns, rows) {
    const details = f.append("details").attr("class", "numbers");
    details.append("summary").text("Numbers");
    // Long tables are made when they are asked for.
    details.on("toggle", function () {
      if (this.open && !this.querySelector("table")) table(d3.select(this), columns, rows.slice(0, 1000));
    });
  }

  function table(parent, columns, rows, caption) {
    const t = parent.append("div").attr("class", "scroll").attr("tabindex", 0).attr("role", "region")
      .attr("aria-label", caption ?? "Table").append("table");
    if (caption) t.append("caption").text(caption);
    t.append("thead").append("tr").selectAll("th").data(columns).join("th").attr("scope", "col")
      .attr("class", c => [c.text ? "text" : "", long(c.name ?? c)].join(" ").trim() || null).text(c => c.name ?? c);
    t.append("tbody").selectAll("tr").data(rows).join("tr").each(function (row) {
      row.forEach((cell, i) => {
        const td = d3.select(this).append(i === 0 ? "th" : "td").attr("scope", i === 0 ? "row" : null);
        const c = cell !== null && typeof cell === "object" ? cell : {value: cell};
        td.text(c.value ?? "").attr("class", [columns[i].text ? "text" : "", c.tone ?? "", i === 0 ? long(c.value) : ""].join(" ").trim() || null);
        if (c.note) td.append("small").text(c.note);
        if (c.style) td.attr("style", c.style);
      });
    });
    return t;
  }

  function axes(svg, {x, y, width, height, left, bottom, top, right, xLabel, yLabel, xFormat, yFormat, whole}) {
    svg.append("g").attr("class", "grid").attr("transform", `translate(${left},0)`)
      .call(d3.axisLeft(y).ticks(5).tickSize(-(width - left - right)).tickFormat("")).select(".domain").remove();
    const below = d3.axisBottom(x).ticks(5, xFormat).tickSizeOuter(0);
    if (whole) below.tickValues(x.ticks(5).filter(Number.isInteger)).tickFormat(d3.format("d"));
    svg.append("g").attr("transform", `translate(0,${height - bottom})`).call(below);
    svg.append("g").attr("transform", `translate(${left},0)`).call(d3.axisLeft(y).ticks(5, yFormat)).select(".domain").remove();
    svg.append("text").attr("class", "soft").attr("x", (left + width - right) / 2).attr("y", height - 3).attr("text-anchor", "middle").text(xLabel);
    if (yLabel) svg.append("text").attr("class", "soft").attr("x", 2).attr("y", top - 12).text(yLabel);
  }

  /** Lines over a common number axis: series of {name, points: [{x, y}]}. */
  function lines(parent, o) {
    const series = o.series.map(s => ({...s, points: s.points.filter(p => p.x !== null && p.y !== null)})).filter(s => s.points.length);
    if (!series.length) return;
    figure(parent, o, f => {
      const width = 400, height = o.square ? 330 : 250, left = 50, right = 12, top = 24, bottom = 38;
      const all = series.flatMap(s => s.points);
      const xs = o.xDomain ?? d3.extent(all, p => p.x), ys = o.yDomain ?? d3.extent(all, p => p.y);
      const pad = o.yDomain ? 0 : (ys[1] - ys[0]) * .06 || Math.abs(ys[0]) * .05 || .01;
      const x = d3.scaleLinear(xs[0] === xs[1] ? [xs[0] - 1, xs[1] + 1] : xs, [left, width - right]);
      const y = d3.scaleLinear([ys[0] - pad, ys[1] + pad], [height - bottom, top]);
      const svg = drawing(f, width, height, `${o.title}: ${series.map(s => s.name).join(", ")}`);
      axes(svg, {x, y, width, height, left, right, top, bottom, ...o});
      if (o.diagonal) {
        const from = Math.max(x.domain()[0], y.domain()[0]), to = Math.min(x.domain()[1], y.domain()[1]);
        svg.append("line").attr("class", "guide").attr("x1", x(from)).attr("y1", y(from)).attr("x2", x(to)).attr("y2", y(to));
      }
      let marks = 0;
      series.forEach((s, i) => {
        const c = colour(s.colour ?? i), sparse = s.points.length <= 60;
        svg.append("path").attr("fill", "none").attr("stroke", c).attr("stroke-width", 2).attr("stroke-dasharray", DASHES[(s.dash ?? i) % 8])
          .attr("stroke-linejoin", "round").attr("d", d3.line(p => x(p.x), p => y(p.y))(s.points));
        const shown = sparse ? s.points : s.points.filter((p, k) => k % Math.ceil(s.points.length / 20) === 0);
        telling(svg.append("g").selectAll("path").data(shown).join("path").attr("data-mark", "").attr("role", "img")
          .attr("d", d3.symbol(SYMBOLS[(s.dash ?? i) % 8], s.points.length > 30 ? 12 : 26)()).attr("fill", sparse ? c : "transparent")
          .attr("transform", p => `translate(${x(p.x)},${y(p.y)})`),
          p => `${s.name}\n${o.xLabel} ${o.tellX ? o.tellX(p.x) : text(p.x)}: ${text(p.y)}${p.note ? "\n" + p.note : ""}`);
        if (s.best !== undefined) {
          const p = s.points.find(q => q.x === s.best);
          if (p) svg.append("circle").attr("cx", x(p.x)).attr("cy", y(p.y)).attr("r", 6).attr("fill", "none").attr("stroke", c).attr("stroke-width", 1.6);
        }
        marks += s.points.length;
      });
      walkable(f);
      if (series.length > 1 || o.legend) legend(f, series.map((s, i) => ({...s, colour: s.colour ?? i, plain: s.points.length > 60})));
      numbers(f, [{name: "series", text: true}, o.xLabel, o.yLabel ?? "value"],
        series.flatMap(s => s.points.map(p => [s.name, text(p.x), text(p.y)])));
      return marks;
    });
  }

  /** Densities of the scores of positives and negatives, each scaled to one. */
  function distribution(parent, o) {
    const sides = ["positives", "negatives"], totals = sides.map(k => d3.sum(o.bins, b => b[k]));
    if (!d3.sum(totals)) return;
    figure(parent, o, f => {
      const width = 400, height = 250, left = 50, right = 12, top = 24, bottom = 38, n = o.bins.length;
      const share = sides.map((k, i) => o.bins.map(b => totals[i] ? b[k] / totals[i] : 0));
      const x = d3.scaleLinear([o.low, o.high], [left, width - right]);
      const y = d3.scaleLinear([0, d3.max(share.flat()) || 1], [height - bottom, top]);
      const edge = k => o.low + (o.high - o.low) * k / n;
      const svg = drawing(f, width, height, `${o.title}: scores of positives and of negatives`);
      axes(svg, {x, y, width, height, left, right, top, bottom, xLabel: "predicted", yLabel: "share of rows", yFormat: "%"});
      share.forEach((s, i) => {
        const outline = s.flatMap((v, k) => [[edge(k), v], [edge(k + 1), v]]);
        svg.append("path").attr("fill", colour(i)).attr("fill-opacity", .28).attr("stroke", colour(i)).attr("stroke-width", 1.8)
          .attr("stroke-dasharray", i ? "5 3" : "").attr("d", d3.area(p => x(p[0]), y(0), p => y(p[1]))(outline));
      });
      telling(svg.append("g").selectAll("rect").data(d3.range(n)).join("rect").attr("data-mark", "").attr("role", "img").attr("x", k => x(edge(k))).attr("width", x(edge(1)) - x(edge(0)))
        .attr("y", top).attr("height", height - bottom - top).attr("fill", "transparent"),
        k => `${text(edge(k))} to ${text(edge(k + 1))}\n` + sides.map((s, i) => `${s}: ${percent(share[i][k])}`).join("\n"));
      walkable(f);
      legend(f, sides.map((s, i) => ({name: `${s} (${count(totals[i])})`, colour: i, area: true})));
      numbers(f, [{name: "from", text: true}, "to", ...sides], o.bins.map((b, k) => [text(edge(k)), text(edge(k + 1)), ...sides.map(s => count(b[s]))]));
      return n;
    });
  }

  /** A point and its interval per row, about zero: rows of {name, value, low, high, note}. */
  function intervals(parent, o) {
    const rows = o.rows.filter(r => r.value !== null);
    if (!rows.length) return;
    figure(parent, o, f => {
      const width = 760, step = 38, top = 34, bottom = 40, height = top + bottom + step * rows.length;
      const left = Math.min(240, 30 + 7.2 * d3.max(rows, r => Math.min(r.name.length, 28))), right = 120;
      const ends = rows.flatMap(r => [r.low, r.high, r.value]).filter(v => v !== null);
      const reach = Math.max(...ends.map(Math.abs)) * 1.08 || 1e-6;
      const x = d3.scaleLinear([-reach, reach], [left, width - right]);
      const box = f.append("div").attr("class", "scroll");
      const svg = drawing(box, width, height, `${o.title}: ${rows.map(r => `${r.name} ${signed(r.value)}`).join(", ")}`).attr("style", "min-width:26rem");
      svg.append("g").attr("class", "grid").attr("transform", `translate(0,${height - bottom})`)
        .call(d3.axisBottom(x).ticks(6).tickSize(-(height - bottom - top)).tickFormat("")).select(".domain").remove();
      svg.append("g").attr("transform", `translate(0,${height - bottom})`).call(d3.axisBottom(x).ticks(6).tickSizeOuter(0));
      svg.append("text").attr("class", "soft").attr("x", (left + width - right) / 2).attr("y", height - 4).attr("text-anchor", "middle").text(o.xLabel);
      svg.append("line").attr("class", "zero").attr("x1", x(0)).attr("x2", x(0)).attr("y1", top - 8).attr("y2", height - bottom);
      svg.append("text").attr("class", "soft").attr("x", x(0) - 10).attr("y", top - 14).attr("text-anchor", "end").text(`← ${o.below}`);
      svg.append("text").attr("class", "soft").attr("x", x(0) + 10).attr("y", top - 14).text(`${o.above} →`);
      const g = svg.selectAll("g.row").data(rows).join("g").attr("class", "row").attr("transform", (r, i) => `translate(0,${top + step * (i + .5)})`);
      // What a correction for several tests leaves open is open, wherever its interval lies.
      const up = r => r.low > 0 && r.clear !== false, down = r => r.high !== null && r.high < 0 && r.clear !== false;
      const tone = r => up(r) ? "var(--good)" : down(r) ? "var(--bad)" : "var(--soft)";
      g.append("text").attr("x", left - 12).attr("y", 4).attr("text-anchor", "end").text(r => short(r.name, 28));
      g.append("rect").attr("x", r => Math.min(x(0), x(r.value))).attr("width", r => Math.abs(x(r.value) - x(0))).attr("y", -9).attr("height", 18)
        .attr("fill", tone).attr("fill-opacity", .22);
      g.filter(r => r.low !== null && r.high !== null).append("path").attr("stroke", tone).attr("stroke-width", 2).attr("fill", "none")
        .attr("d", r => `M${x(r.low)},0H${x(r.high)}M${x(r.low)},-6V6M${x(r.high)},-6V6`);
      telling(g.append("circle").attr("r", 5.5).attr("cx", r => x(r.value)).attr("fill", tone).attr("data-mark", "").attr("role", "img"),
        r => `${r.name}: ${signed(r.value)}` + (r.low === null ? "" : `\ninterval ${signed(r.low)} to ${signed(r.high)}`) + (r.note ? `\n${r.note}` : ""));
      g.append("text").attr("x", width - right + 12).attr("y", 4).text(r => (up(r) ? "▲ " : down(r) ? "▼ " : "○ ") + signed(r.value)).attr("fill", tone).style("fill", tone);
      walkable(f);
      numbers(f, [{name: o.rowName ?? "task", text: true}, "gain", "from", "to"], rows.map(r => [r.name, signed(r.value), signed(r.low), signed(r.high)]));
      return rows.length;
    });
  }

  /** Bars with whiskers: bars of {name, value, sd}; equal marks the height at which all would be alike. */
  function bars(parent, o) {
    figure(parent, o, f => {
      const many = o.bars.length > 4, width = 400, height = many ? 250 : 218, left = 46, right = 10, top = 30, bottom = many ? 62 : 30;
      const x = d3.scaleBand(o.bars.map((b, i) => i), [left, width - right]).padding(.28);
      const y = d3.scaleLinear([0, Math.max(.05, d3.max(o.bars, b => b.value + b.sd))], [height - bottom, top]).nice();
      const svg = drawing(f, width, height, `${o.title}: ${o.bars.map(b => `${b.name} ${text(b.value)}`).join(", ")}`);
      svg.append("g").attr("class", "grid").attr("transform", `translate(${left},0)`)
        .call(d3.axisLeft(y).ticks(5).tickSize(-(width - left - right)).tickFormat("")).select(".domain").remove();
      svg.append("g").attr("transform", `translate(${left},0)`).call(d3.axisLeft(y).ticks(5)).select(".domain").remove();
      svg.append("text").attr("class", "soft").attr("x", 2).attr("y", top - 12).text(o.yLabel);
      svg.append("line").attr("class", "guide").attr("x1", left).attr("x2", width - right).attr("y1", y(o.equal)).attr("y2", y(o.equal));
      const g = svg.selectAll("g.bar").data(o.bars).join("g").attr("class", "bar");
      telling(g.append("rect").attr("data-mark", "").attr("role", "img").attr("x", (b, i) => x(i)).attr("width", x.bandwidth()).attr("y", b => y(b.value))
        .attr("height", b => y(0) - y(b.value)).attr("fill", b => colour(b.colour)).attr("fill-opacity", .75),
        b => `${b.name}: ${text(b.value)} ± ${text(b.sd)}${b.dead ? "\nhardly used" : ""}`);
      g.append("path").attr("stroke", "var(--ink)").attr("stroke-width", 1.4).attr("fill", "none")
        .attr("d", (b, i) => { const m = x(i) + x.bandwidth() / 2; return `M${m},${y(Math.max(0, b.value - b.sd))}V${y(b.value + b.sd)}m-4,0h8M${m - 4},${y(Math.max(0, b.value - b.sd))}h8`; });
      g.append("text").attr("x", (b, i) => x(i) + x.bandwidth() / 2).attr("y", height - bottom + 14).attr("text-anchor", o.bars.length > 4 ? "end" : "middle")
        .attr("transform", (b, i) => o.bars.length > 4 ? `rotate(-35 ${x(i) + x.bandwidth() / 2} ${height - bottom + 14})` : null)
        .text(b => (b.dead ? "✕ " : "") + short(b.name, o.bars.length > 4 ? 14 : 18));
      walkable(f);
      numbers(f, [{name: "expert", text: true}, "mean", "sd"], o.bars.map(b => [b.name, text(b.value), text(b.sd)]));
      return o.bars.length;
    });
  }

  /** Numbers between -1 and 1 as a table of colours: rows of {name, values, notes} under columns. */
  function heat(parent, o) {
    if (!o.rows.length) return;
    figure(parent, o, f => {
      const rows = o.rows.map(r => [r.name, ...r.values.map((v, j) => v === null ? "–" : {
        value: v.toFixed(2).replace(/^-(?=0\.00$)/, "").replace("-", "−"), note: r.notes ? r.notes[j] : null,
        style: `background: rgba(var(${v < 0 ? "--cold" : "--heat"}), ${(Math.min(1, Math.abs(v)) * .75).toFixed(3)})`})]);
      table(f, [{name: o.rowName ?? "", text: true}, ...o.columns], rows, o.caption);
      return o.rows.length * o.columns.length;
    });
  }

  /** A square of correlations. */
  function matrix(parent, o) {
    heat(parent, {...o, columns: o.names, rows: o.names.map((name, i) => ({name, values: o.values[i], notes: o.counts ? o.counts[i].map(count) : null}))});
  }

  /** Blocks in layers from what they read; {name, kind, shape, parameters, flops, inputs}. */
  function network(parent, o) {
    figure(parent, o, f => {
      const blocks = o.blocks, depth = blocks.map(() => 0);
      // Blocks may read each other; as many rounds as blocks suffice for any chain.
      for (let round = 0, moved = true; moved && round < blocks.length; round++) {
        moved = false;
        blocks.forEach((b, i) => b.inputs.forEach(k => {
          if (k < i && depth[i] < depth[k] + 1) { depth[i] = depth[k] + 1; moved = true; }
        }));
      }
      const columns = d3.groups(d3.range(blocks.length), i => depth[i]).sort((a, b) => a[0] - b[0]).map(c => c[1]);
      const w = 172, h = 62, gapX = 56, gapY = 12, tallest = d3.max(columns, c => c.length);
      const width = columns.length * (w + gapX) - gapX + 4, height = tallest * (h + gapY) - gapY + 4;
      const at = new Map();
      columns.forEach((c, x) => c.forEach((i, y) => at.set(i, [2 + x * (w + gapX), (height - c.length * (h + gapY) + gapY) / 2 + y * (h + gapY)])));
      const box = f.append("div").attr("class", "scroll").attr("tabindex", 0).attr("role", "region").attr("aria-label", o.title);
      const svg = drawing(box, width, height, `${o.title}, ${blocks.length} blocks`).attr("style", `min-width:${Math.round(width * .68)}px; max-width:${width}px`);
      const link = d3.linkHorizontal();
      svg.append("g").selectAll("path").data(blocks.flatMap((b, i) => b.inputs.filter(k => k < i).map(k => [k, i]))).join("path")
        .attr("fill", "none").attr("stroke", "var(--soft)").attr("stroke-opacity", .5)
        .attr("d", ([k, i]) => link({source: [at.get(k)[0] + w, at.get(k)[1] + h / 2], target: [at.get(i)[0], at.get(i)[1] + h / 2]}));
      const g = svg.append("g").selectAll("g").data(blocks).join("g").attr("transform", (b, i) => `translate(${at.get(i)})`);
      const kind = b => b.kind === "input" ? 7 : b.kind === "output" ? 2 : /gate/.test(b.name) ? 1 : /tower/.test(b.name) ? 3 : 0;
      telling(g.append("rect").attr("data-mark", "").attr("role", "img").attr("width", w).attr("height", h).attr("rx", 7).attr("fill", "var(--paper)").attr("stroke", b => colour(kind(b))).attr("stroke-width", 1.8),
        b => `${b.name} ${b.shape}\n${count(b.parameters)} parameters\n${count(b.flops)} FLOPs per row`);
      g.append("text").attr("x", 9).attr("y", 19).attr("font-weight", 600).text(b => short(b.name, 24)).attr("pointer-events", "none");
      const line = (y, words) => g.append("text").attr("class", "soft").attr("x", 9).attr("y", y).attr("pointer-events", "none").text(words);
      line(36, b => short(b.shape, 26));
      line(52, b => [b.parameters ? `${si(b.parameters)} par` : "", b.flops ? `${si(b.flops)} FLOP` : ""].filter(s => s).join(" · "));
      walkable(f);
      numbers(f, [{name: "block", text: true}, "shape", "parameters", "FLOPs per row"], blocks.map(b => [b.name, b.shape, count(b.parameters), count(b.flops)]));
      return blocks.length;
    });
  }

  const text = v => v === null || v === undefined ? "–" : Number.isInteger(v) ? String(v) : Math.abs(v) >= 1000 ? count(v)
    : Math.abs(v) < 1e-4 && v !== 0 ? v.toExponential(2) : v.toFixed(4);
  const signed = v => v === null || v === undefined ? "–" : (v < 0 ? "−" : v > 0 ? "+" : "") + (Math.abs(v) < 1e-4 && v !== 0 ? Math.abs(v).toExponential(1) : Math.abs(v).toFixed(4));
  const count = v => v === null || v === undefined || v < 0 ? "–" : Math.round(v).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const percent = v => v === null || !Number.isFinite(v) ? "–" : (100 * v).toFixed(v < .1 ? 2 : 1) + "\u202f%";
  const si = v => v < 1000 ? String(v) : d3.format(".3~s")(v).replace("G", "\u202fG").replace("M", "\u202fM").replace("k", "\u202fk");
  /** Only long names may break within a word. */
  const long = s => String(s).length > 24 ? "long" : "";
  const short = (s, n) => s.length <= n ? s : s.slice(0, n - 1) + "…";

  return {lines, distribution, intervals, bars, heat, matrix, network, table, text, signed, count, percent, si, short};
})();
