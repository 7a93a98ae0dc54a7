"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = d3.select("#content");
  const {text, signed, count, percent, si} = charts;
  const interval = (low, high) => low === null || high === null ? null : `${text(low)} – ${text(high)}`;
  const bytes = b => b < 1e4 ? `${count(b)} B` : b < 1e7 ? `${count(b / 1e3)} kB` : `${count(b / 1e6)} MB`;
  const sections = [];
  main.select("noscript").remove();

  /** A section with its entry in the navigation; the body is drawn only if there is something to show. */
  function section(id, title, note, brief) {
    const s = main.append("section").attr("id", id).attr("aria-labelledby", id + "-title");
    s.append("h2").attr("id", id + "-title").text(title);
    if (note) s.append("p").attr("class", "note").text(note);
    sections.push([id, brief ?? title]);
    return s;
  }
  const grid = s => s.append("div").attr("class", "grid").node();
  function tiles(s, list) {
    const t = s.append("div").attr("class", "tiles").selectAll("div").data(list.filter(x => x)).join("div").attr("class", "tile");
    t.append("b").text(d => d[0]).attr("class", d => d[2] ?? null);
    t.append("span").text(d => d[1]);
  }
  function facts(s, list) {
    const dl = s.append("dl");
    list.filter(([, v]) => v !== "" && v !== null && v !== undefined).forEach(([k, v, code]) => {
      dl.append("dt").text(k);
      (code ? dl.append("dd").append("code") : dl.append("dd")).text(v);
    });
  }
  const unique = list => [...new Set(list)];
  const METRICS = ["auc", "gauc", "logloss", "macro_auc", "rmse", "ne", "pcoc", "ece", "brier", "accuracy", "mae", "r2"];
  const byImportance = (a, b) => (METRICS.indexOf(a) + 100) % 100 - (METRICS.indexOf(b) + 100) % 100 || a.localeCompare(b);

  function report() {
    const tasks = data.tasks.map(t => t.name), colourOf = t => Math.max(0, tasks.indexOf(t));
    const parts = unique(data.metrics.map(m => m.part)), measured = parts.filter(p => data.metrics.some(m => m.part === p && m.low !== null));
    // What the report was judged on comes last and has intervals; an archive alone may have none.
    const judged = measured.length ? measured[measured.length - 1] : parts.includes("test") ? "test" : parts[parts.length - 1];
    const model = data.model[0], seesaw = data.seesaw[0];
    d3.select("#lead").text(`${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}: ${tasks.join(", ")}`);

    const over = section("overview", "At a glance");
    const headline = tasks.map(t => {
      const own = data.metrics.filter(m => m.part === judged && m.task === t).sort((a, b) => byImportance(a.metric, b.metric));
      return own.length ? [text(own[0].value), `${t}: ${own[0].metric} on ${judged}` + (own[0].low === null ? "" : `, ${interval(own[0].low, own[0].high)}`)] : null;
    });
    const rows = data.data.parts.map(p => [count(p.rows), `${p.name} rows`]);
    tiles(over, [...headline, ...rows, model && [si(model.parameters + model.tableParameters), `parameters, ${si(model.tableParameters)} of them in embedding tables`], model && [si(model.flopsPerRow), "FLOPs to score a row"]]);
    if (seesaw) over.append("div").attr("class", "words").append("p").text(seesaw.words[0]);
    const dead = data.gates.flatMap(g => g.dead.map(e => `${e} at ${g.gate}`)), collapsed = data.gates.filter(g => g.collapsed).map(g => g.gate);
    if (dead.length || collapsed.length) over.append("div").attr("class", "words").append("p")
      .text([dead.length ? `Hardly used experts: ${dead.join(", ")}.` : "", collapsed.length ? `Collapsed gates: ${collapsed.join(", ")}.` : ""].join(" ").trim());

    dataCard(tasks);
    if (seesaw) {
      const s = section("seesaw", "The seesaw", `Each task's gain or loss against ${seesaw.against}, on the same rows. To the right is better; grey is no clear difference: the interval crosses zero, or p is above 0.05 after correction for the number of tasks.`);
      const words = s.append("div").attr("class", "words");
      seesaw.words.forEach(w => words.append("p").text(w));
      unique(seesaw.gains.map(g => g.metric)).forEach(metric => charts.intervals(grid(s), {id: `seesaw-${metric}`, wide: true, title: `Gain in ${metric}`,
        xLabel: `gain in ${metric} against ${seesaw.against}`, below: "loses", above: "gains",
        rows: seesaw.gains.filter(g => g.metric === metric).map(g => ({name: g.task, value: g.gain, low: g.low, high: g.high, clear: g.pValue === null || g.pValue <= .05, note: g.pValue === null ? "" : `p ${text(g.pValue)} after correction for the number of tasks`}))}));
    }
    metrics(tasks, parts);
    curves(tasks, colourOf);
    pictures();
    gates(tasks);
    if (data.relatedness[0] && tasks.length > 1) {
      const r = data.relatedness[0];
      const s = section("relatedness", "Task relatedness", "Tasks whose labels go together share more easily; what pulls apart is where sharing costs.", "Relatedness");
      charts.matrix(s.node(), {id: "relatedness", wide: true, title: "Correlation of the labels", caption: "Pearson correlation over the rows where both labels are observed, and their number", names: r.tasks, values: r.correlations, counts: r.rows});
    }
    data.conflicts.forEach(conflict);
    if (model) {
      const s = section("model", "The network and its cost", null, "Network");
      tiles(s, [[count(model.parameters), "parameters in the network"], [count(model.tableParameters), "parameters in embedding tables"], [count(model.flopsPerRow), "FLOPs to score a row"], data.provenance.parts.length && [bytes(d3.sum(data.provenance.parts, p => p.bytes)), "on the disk, with all that was fitted"]]);
      if (model.blocks.length) charts.network(grid(s), {id: "network", wide: true, title: "Blocks, from inputs to predictions", note: "Shapes with B rows; scroll sideways if it does not fit.", blocks: model.blocks});
    }
    provenance();
  }

  function dataCard(tasks) {
    const s = section("data", "Data", data.data.read ? `${count(data.data.read)} rows read, ${count(data.data.rejected)} set aside as malformed.` : null);
    charts.table(s, [{name: "task", text: true}, {name: "kind", text: true}, {name: "label", text: true}, {name: "within", text: true}, "weight"],
      data.tasks.map(t => [t.name, t.kind, t.label, t.within || "every row", text(t.weight)]), "Tasks");
    if (!data.data.parts.length) return;
    charts.table(s, [{name: "task", text: true}, ...data.data.parts.map(p => `${p.name}, ${count(p.rows)} rows`)],
      tasks.map(t => [t, ...data.data.parts.map(p => {
        const l = p.labels.find(x => x.task === t);
        if (!l) return "–";
        const lost = [l.missing > 0 ? `${percent(l.missing / p.rows)} missing` : "", l.outside > 0 ? `${percent(l.outside / p.rows)} outside` : ""].filter(x => x);
        return {value: l.positives < 0 ? `${count(l.observed)} labels` : percent(l.positives / l.observed), note: [l.positives < 0 ? "" : `${count(l.positives)} of ${count(l.observed)}`, ...lost].filter(x => x).join(", ")};
      })]), "Share of positives among the observed labels");
    const inside = data.tasks.filter(t => t.within), part = data.data.parts[0];
    if (inside.length) {
      const steps = data.tasks.map(t => ({t, l: part.labels.find(l => l.task === t.name)})).filter(x => x.l && x.l.positives >= 0 && (x.t.within || inside.some(i => i.within === x.t.name)));
      if (steps.length) charts.bars(grid(s), {id: "funnel", title: `Funnel on ${part.name}`, note: "Positives as a share of all rows.", yLabel: "share of rows", equal: 0,
        bars: steps.map(x => ({name: x.t.name, value: x.l.positives / part.rows, sd: 0, colour: tasks.indexOf(x.t.name)}))});
    }
  }

  function metrics(tasks, parts) {
    if (!data.metrics.length) return;
    const s = section("metrics", "Metrics", "Each task is judged on the rows of its own sample space where its label is observed. Small print: interval by the bootstrap.");
    [...parts].reverse().forEach(part => {
      const own = data.metrics.filter(m => m.part === part), names = unique(own.map(m => m.metric)).sort(byImportance);
      charts.table(s, [{name: "task", text: true}, "rows", ...names.map(n => n + arrow(own.find(m => m.metric === n).better))],
        unique([...tasks, ...own.map(m => m.task)]).filter(t => own.some(m => m.task === t)).map(t => {
          const mine = own.filter(m => m.task === t);
          return [t, count(d3.max(mine, m => m.rows)), ...names.map(n => {
            const m = mine.find(x => x.metric === n);
            return m ? {value: text(m.value), note: interval(m.low, m.high)} : "";
          })];
        }), `On ${part}`);
    });
  }
  const arrow = b => b === "higher" ? " ↑" : b === "lower" ? " ↓" : b === "near_one" ? " →1" : "";

  function curves(tasks, colourOf) {
    if (!data.curves.length) return;
    const s = section("curves", "Learning curves", "Epoch by epoch; validation with the full line where there are both.", "Curves");
    const g = grid(s);
    const draw = (id, title, list) => charts.lines(g, {id, title, xLabel: "epoch", yLabel: list[0].metric, whole: true, legend: true, tellX: String,
      series: list.map(c => ({name: c.part, dash: c.part === "validation" ? 0 : 1, colour: c.part === "validation" ? 0 : 1, points: c.points.map(p => ({x: p.epoch, y: p.value}))}))});
    unique(data.curves.map(c => c.task)).forEach(task => {
      const own = data.curves.filter(c => c.task === task);
      unique(own.map(c => c.metric)).sort(byImportance).forEach(metric =>
        draw(`curve-${task}-${metric}`, `${task || "all tasks"}: ${metric}`, own.filter(c => c.metric === metric)));
    });
  }

  function pictures() {
    if (!data.pictures.length) return;
    const s = section("pictures", "Reliability, ROC and scores", "On the dotted diagonal predictions are as frequent as they say. Bins of about equal numbers of rows.", "Reliability");
    data.pictures.forEach(p => {
      s.append("h3").text(`${p.task} on ${p.part}`);
      const g = grid(s), top = Math.max(1e-9, ...[...p.reliability, ...p.uncalibrated].flatMap(b => [b.predicted, b.observed]));
      const bins = list => list.map(b => ({x: b.predicted, y: b.observed, note: `${count(b.rows)} rows`}));
      charts.lines(g, {id: `reliability-${p.part}-${p.task}`, title: "Reliability", square: true, diagonal: true, xLabel: "predicted", yLabel: "observed", xDomain: [0, top * 1.05], yDomain: [0, top * 1.05],
        series: p.uncalibrated.length
          ? [{name: "calibrated", points: bins(p.reliability)}, {name: "before calibration", points: bins(p.uncalibrated)}]
          : [{name: p.task, points: bins(p.reliability)}]});
      charts.lines(g, {id: `roc-${p.part}-${p.task}`, title: "ROC", square: true, diagonal: true, xLabel: "false positive rate", yLabel: "true positive rate", xDomain: [0, 1], yDomain: [0, 1],
        series: [{name: p.task, points: p.roc.map(r => ({x: r.falsePositives, y: r.truePositives}))}]});
      charts.distribution(g, {id: `scores-${p.part}-${p.task}`, title: "Scores by label", note: "Each side adds up to one.", bins: p.scores.bins, low: p.scores.low, high: p.scores.high});
    });
  }

  function gates(tasks) {
    if (!data.gates.length) return;
    const s = section("experts", "Experts", "How each gate weighs its experts: mean and standard deviation over the rows; the dotted line is an equal share.");
    charts.table(s, [{name: "gate", text: true}, {name: "serves", text: true}, "experts", "entropy", {name: "verdict", text: true}],
      data.gates.map(g => [g.gate, g.task || "what is shared", g.experts.length, text(g.entropy), {
        value: g.collapsed ? "collapsed onto one expert" : g.dead.length ? `hardly uses ${g.dead.join(", ")}` : "uses all its experts", tone: g.collapsed || g.dead.length ? "bad" : "good"}]),
      "Entropy is 0 when one expert takes all and 1 when all count alike");
    const box = grid(s);
    data.gates.forEach(g => charts.bars(box, {id: `gate-${g.gate}`, title: g.task ? `${g.task}` : "shared", note: `${g.gate}, ${count(g.rows)} rows`, yLabel: "weight", equal: 1 / g.experts.length,
      bars: g.experts.map(e => ({name: e.name, value: e.mean, sd: e.sd, dead: g.dead.includes(e.name), colour: /shared/.test(e.name) ? 7 : Math.max(0, g.task ? tasks.indexOf(g.task) : 0)}))}));
  }

  /** Cosines between the tasks' gradients. */
  function conflict(c) {
    const s = section("conflict", "Do the tasks pull apart?", "Cosine between two tasks' gradients where they share weights, mean over a few batches: 1 is pulling alike, 0 is not concerning each other, below 0 one task's step undoes the other's.", "Gradients");
    const words = s.append("div").attr("class", "words");
    c.words.forEach(w => words.append("p").text(w));
    const pairs = pairsOf(c.tasks), pair = ([a, b]) => `${c.tasks[a]} · ${c.tasks[b]}`, last = c.epochs[c.epochs.length - 1], when = last.epoch ? `after epoch ${last.epoch}, ` : "";
    const g = s.append("div").attr("class", "grid pairs").node(), totals = last.blocks.filter(b => b.kind === "TOTAL");
    totals.forEach(b => {
      charts.matrix(g, {id: `conflict-${b.name}`, title: `All ${b.name}`, note: `${when}${last.batches} batches`, names: c.tasks, values: b.cosines});
      if (c.epochs.length > 1) charts.lines(g, {id: `conflict-epochs-${b.name}`, title: `All ${b.name}, epoch by epoch`, xLabel: "epoch", yLabel: "cosine", whole: true, legend: true, tellX: String,
        series: pairs.map((p, i) => ({name: pair(p), colour: i, points: c.epochs.flatMap(e => e.blocks.filter(x => x.name === b.name && x.kind === "TOTAL").map(x => ({x: e.epoch, y: x.cosines[p[0]][p[1]]})))}))});
    });
    charts.heat(s.append("div").attr("class", "below").node(), {id: "conflict-blocks", wide: true, rowName: "shared part", title: "Every shared table and block of layers", note: `${when}small print: share of the batches in which the two pull apart`,
      columns: pairs.map(pair), rows: last.blocks.filter(b => b.kind !== "TOTAL").map(b => conflictRow(b.name, b, pairs))});
  }

  function pairsOf(tasks) {
    return d3.cross(d3.range(tasks.length), d3.range(tasks.length)).filter(([a, b]) => a < b);
  }

  /** A row of a heat map: the cosines of every pair in one block. */
  function conflictRow(name, b, pairs) {
    return {name, values: pairs.map(([x, y]) => b.cosines[x][y]), notes: pairs.map(([x, y]) => b.opposed[x][y] === null ? null : `${Math.round(100 * b.opposed[x][y])}\u202f%`)};
  }

  function provenance() {
    const p = data.provenance;
    const s = section("repeat", "How to repeat it", null, "Repeat it");
    facts(s, [["command", p.command, true], ["seed", String(p.seed)], ["Tandem", `${p.version} (${p.revision})`], ["run hash", p.runHash, true], ["data fingerprint", p.dataFingerprint, true]]);
    if (p.configuration) {
      const d = s.append("details");
      d.append("summary").text("The configuration with every default");
      d.append("pre").text(p.configuration);
    }
    if (p.parts.length) {
      const d = s.append("details");
      d.append("summary").text("Parts of the archive and their SHA-256");
      charts.table(d, [{name: "part", text: true}, "size", {name: "sha256", text: true}], p.parts.map(h => [h.name, bytes(h.bytes), h.sha256]));
    }
  }

  function comparison() {
    d3.select("#lead").text(`${data.models.join(", ")} on ${data.data}: ${count(data.rows)} rows`);
    const base = data.models[0], others = data.models.slice(1);
    const over = section("overview", "At a glance", `Each model against ${base}, on the same rows. Intervals of ${percent(data.level)} by the paired bootstrap, ${data.resamples} draws of whole ${data.grouped ? "groups" : "rows"}.`);
    const words = over.append("div").attr("class", "words");
    data.words.forEach(w => words.append("p").text(w));
    const shown = unique(data.tasks.flatMap(t => t.differences.map(d => d.metric))).sort(byImportance);
    shown.slice(0, 2).forEach(metric => others.forEach(model => {
      const rows = data.tasks.flatMap(t => t.differences.filter(d => d.metric === metric && d.model === model).map(d => ({name: t.task, value: d.gain, low: d.low, high: d.high, clear: d.adjusted === null || d.adjusted <= .05, note: `p ${text(d.adjusted)}`})));
      charts.intervals(grid(over), {id: `gain-${metric}-${model}`, wide: true, title: `${model} against ${base}: gain in ${metric}`, xLabel: `gain in ${metric}; to the right is better`, below: "worse", above: "better", rows});
    }));

    const s = section("metrics", "Metrics");
    data.tasks.forEach(t => charts.table(s, [{name: "metric", text: true}, ...data.models], t.figures.map(f => [f.metric + arrow(f.better), ...f.values.map(v => ({value: text(v.value), note: interval(v.low, v.high)}))]),
      `${t.task}: ${count(t.rows)} rows` + (t.positives === null ? "" : `, ${percent(t.positives / t.weight)} positive`)));

    const d = section("differences", "Differences", "p-values of the bootstrap are adjusted for the number of tasks and models (Holm). DeLong takes rows as independent: where users have many rows, prefer the bootstrap.");
    data.tasks.forEach(t => charts.table(d, [{name: "metric", text: true}, {name: "model", text: true}, "gain", "interval", "p", "adjusted p", "DeLong interval", "DeLong p"],
      t.differences.map(x => [x.metric, x.model, {value: signed(x.gain), tone: x.low > 0 ? "good" : x.high < 0 ? "bad" : ""}, `${signed(x.low)} to ${signed(x.high)}`, text(x.pValue), text(x.adjusted),
        x.deLongP === null ? "" : `${signed(x.deLongLow)} to ${signed(x.deLongHigh)}`, x.deLongP === null ? "" : text(x.deLongP)]), `${t.task}, against ${base}`));

    if (data.tasks.some(t => t.segments.length)) {
      const most = data.tasks.reduce((a, t) => t.segmentValues > a.segmentValues ? t : a);
      const g = section("segments", `By ${data.segment}`, "Segments by falling number of rows" + (most.segmentValues > most.segments.length ? `: the ${most.segments.length} most frequent of ${count(most.segmentValues)} values.` : "."));
      data.tasks.filter(t => t.segments.length).forEach(t => {
        const metric = t.segments[0].metric;
        others.forEach((model, m) => charts.intervals(grid(g), {id: `segment-${t.task}-${model}`, wide: true, rowName: data.segment, title: `${t.task}: ${model} against ${base}`, xLabel: `gain in ${metric}; to the right is better`, below: "worse", above: "better",
          rows: t.segments.map(x => ({name: x.segment, value: x.gains[m].gain, low: x.gains[m].low, high: x.gains[m].high, note: `${count(x.rows)} rows`}))}));
        charts.table(g, [{name: data.segment, text: true}, "rows", ...data.models.map(m => `${m} ${metric}`)], t.segments.map(x => [x.segment, count(x.rows), ...x.values.map(text)]), t.task);
      });
    }
    const w = section("disagreement", "Where they disagree most", "Rows by falling difference between the largest and the smallest prediction; row numbers count from 0 in the order of the data.");
    data.tasks.forEach(t => charts.table(w, ["row", "label", ...data.models, ...(data.segment ? [{name: data.segment, text: true}] : [])],
      t.disagreements.map(x => [count(x.row), text(x.label), ...x.predictions.map(text), ...(data.segment ? [x.segment] : [])]), `${t.task}: mean absolute difference ${text(t.disagreement)}`));
  }

  /** The cosines of two models beside each other. */
  function conflictComparison() {
    const tasks = data.conflicts[0].tasks, pairs = pairsOf(tasks), last = data.conflicts.map(c => c.epochs[c.epochs.length - 1]);
    const when = last.map(l => `${l.epoch ? `after epoch ${l.epoch}, ` : ""}${l.batches} batches`);
    d3.select("#lead").text(`${data.models.join(" and ")}: ${tasks.join(", ")}`);
    const s = section("conflict", "Where do the tasks pull apart?", "Cosine between two tasks' gradients where they share weights, mean over a few batches: 1 is pulling alike, 0 is not concerning each other, below 0 one task's step undoes the other's.", "Gradients");
    const words = s.append("div").attr("class", "words");
    data.words.forEach(w => words.append("p").text(w));
    const named = name => last.map(l => l.blocks.find(b => b.name === name));
    const names = unique(last.flatMap(l => l.blocks.map(b => b.name))), total = name => named(name).some(b => b && b.kind === "TOTAL");
    names.filter(total).forEach(name => {
      const g = s.append("div").attr("class", "grid pairs").node(), both = named(name);
      both.forEach((b, m) => b && charts.matrix(g, {id: `conflict-${name}-${m}`, title: `All ${name}: ${data.models[m]}`, note: when[m], names: tasks, values: b.cosines}));
      if (both.every(b => b)) charts.matrix(g, {id: `conflict-${name}-change`, title: `All ${name}: the change`, note: "the second model less the first; above 0 the tasks agree more", names: tasks,
        values: tasks.map((_, x) => tasks.map((_, y) => both.some(b => b.cosines[x][y] === null) ? null : both[1].cosines[x][y] - both[0].cosines[x][y]))});
      if (data.conflicts.some(c => c.epochs.length > 1)) charts.lines(g, {id: `conflict-epochs-${name}`, title: `All ${name}, epoch by epoch`, note: "mean over all pairs of tasks", xLabel: "epoch", yLabel: "cosine", whole: true, legend: true, tellX: String,
        series: data.conflicts.map((c, m) => ({name: data.models[m], colour: m, points: c.epochs.flatMap(e => e.blocks.filter(b => b.name === name).map(b => ({x: e.epoch, y: d3.mean(pairs, ([x, y]) => b.cosines[x][y] ?? undefined)})))}))});
    });
    charts.heat(s.append("div").attr("class", "below").node(), {id: "conflict-blocks", wide: true, rowName: "shared part", title: "Every shared table and block of layers", note: "small print: share of the batches in which the two pull apart",
      columns: pairs.map(([a, b]) => `${tasks[a]} · ${tasks[b]}`), rows: names.filter(n => !total(n)).flatMap(n => named(n).flatMap((b, m) => b ? [conflictRow(`${n}: ${data.models[m]}`, b, pairs)] : []))});
  }

  function conflicts() {
    d3.select("#lead").text(data.tasks.join(", "));
    conflict(data);
  }

  ({report, comparison, conflicts, conflict_comparison: conflictComparison})[document.documentElement.dataset.kind]();
  d3.select("#nav").append("ul").selectAll("li").data(sections).join("li").append("a").attr("href", s => "#" + s[0]).text(s => s[1]);
  d3.select("#foot").append("p").text("Drawn by Tandem, with D3 (ISC licence). This file needs no network and holds every number it shows.");
  const root = document.documentElement.dataset;
  root.charts = document.querySelectorAll("[data-chart]").length;
  root.rendered = document.querySelectorAll("[data-rendered]").length;
})();
