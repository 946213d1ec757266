// The page of one run.
function selectionName(run) {
  return {validation: 'chosen on the validation split', test: 'best on the test split itself'}[run.selection] || 'the last';
}

const testAt = (run, epoch) => (run.epochs.find(e => e.epoch === epoch) || {}).test_accuracy;
const shownTest = run => testAt(run, run.selected_epoch) ?? last(run.epochs.filter(e => e.test_accuracy !== undefined) || [])?.test_accuracy;

function runFacts(run) {
  const trained = run.provenance.trained_parameters || {};
  const end = last(run.epochs) || {};
  const peak = Math.max(0, ...run.epochs.map(e => e.peak_memory_bytes || 0));
  return facts([
    {name: run.selection === 'test' ? 'Best test accuracy' : 'Test accuracy', value: percent(shownTest(run), 2), note: run.selected_epoch ? `epoch ${run.selected_epoch}, ${selectionName(run)}` : 'without training'},
    run.selection !== 'last' && {name: 'Test accuracy, last epoch', value: percent(end.test_accuracy, 2)},
    {name: 'Epochs', value: String(end.epoch ?? 0), note: end.epoch < run.epochs_wanted ? `of ${run.epochs_wanted}: not complete` : `${run.provenance.edition} edition`},
    run.test && {name: 'Calibration error', value: percent(run.test.calibration_error, 1), note: '15 bins'},
    {name: 'Trained parameters', value: whole((trained.prompt || 0) + (trained.mapping || 0)), note: `prompt ${whole(trained.prompt || 0)}, mapping ${whole(trained.mapping || 0)}`},
    {name: 'Time per epoch', value: seconds(median(run.epochs.map(e => e.seconds))), note: `all: ${seconds(sum(run.epochs.map(e => e.seconds || 0)))}`},
    peak > 0 && {name: 'Peak memory', value: (peak / 1e9).toFixed(2) + ' GB', note: 'of the process'},
  ]);
}

function learning(run) {
  const epochs = run.epochs.map(e => e.epoch);
  const of = key => run.epochs.map(e => e[key]);
  const chosen = epochs.indexOf(run.selected_epoch);
  const mark = of('test_accuracy')[chosen] === undefined ? null : chosen;
  section('learning', 'Learning', epochs.length === 1 ? 'One epoch was recorded: a point, not a curve.' : 'Figures at the end of each epoch; training figures are means over the epoch while the prompt was moving.',
    h('div', {class: 'grid'},
      curves({id: 'accuracy', title: 'Accuracy', short: v => Math.round(1000 * v) / 10 + ' %', scale: true}, epochs, [
        {name: 'test', values: of('test_accuracy'), colour: 's1', mark},
        {name: 'validation', values: of('validation_accuracy'), colour: 's2'},
        {name: 'training', values: of('train_accuracy'), colour: 's6', dash: 'dashed'}], v => percent(v, 2)),
      curves({id: 'loss', title: 'Cross entropy', scale: true}, epochs, [
        {name: 'test', values: of('test_loss'), colour: 's1'},
        {name: 'validation', values: of('validation_loss'), colour: 's2'},
        {name: 'training', values: of('train_loss'), colour: 's6', dash: 'dashed'}], short)));
}

function promptPictures(run) {
  const {prompt = [], prompted = []} = run.pictures || {};
  const shown = [...prompt.filter(p => p.file), ...prompted.filter(p => p.file)];
  if (!shown.length) return;
  const learned = (run.provenance.trained_parameters || {}).prompt > 0;
  const seen = 'what the network gets to see of a test image (the image itself in the corner). The network’s normalisation is taken back; what lies outside the range of a picture is cut off.';
  section('prompt', learned ? 'Prompt' : 'Input', learned ? 'What was learned around or over the image, and ' + seen : 'No prompt was trained; this is ' + seen,
    h('div', {class: 'pictures'},
      prompt.filter(p => p.file).map(p => h('div', {}, h('img', {src: p.file, alt: `The prompt, ${p.name}`}), h('p', {}, `${p.name[0].toUpperCase()}${p.name.slice(1)}, from ${short(p.low)} to ${short(p.high)}${p.scaled ? '; black is the lowest, white the highest' : ''}`))),
      prompted.filter(p => p.file).map(p => h('div', {}, h('div', {class: 'pair'}, h('img', {src: p.file, alt: `What the network sees of a test image of ${run.target_labels[p.label]}`}), p.image && h('img', {src: p.image, alt: 'The image'})), h('p', {}, run.target_labels[p.label] + (learned ? ' with the prompt' : ''))))));
}

/** How many of the strongest source labels carry half of a column. */
function half(column) {
  let carried = 0;
  for (let i = 0; i < column.cells.length; i++) {
    carried += Math.abs(column.cells[i][1]);
    if (carried >= column.sum / 2 - 1e-9) return i + 1;
  }
  return column.cells.length + 1;
}

function targetCard(run, t, thumbs) {
  const {mapping} = run;
  const column = mapping.targets[t];
  const rows = run.target_labels.length > 40 ? 3 : 5;
  const top = Math.max(1e-12, ...column.cells.slice(0, 1).map(c => Math.abs(c[1])));
  const box = h('div', {class: 'sources'});
  const fill = count => {
    box.replaceChildren(h('span', {class: 'h'}, 'source label'), h('span', {class: 'h'}, 'weight ω'), h('span', {class: 'h'}, mapping.counted ? 'share in the evidence' : ''));
    for (const [source, weight, count_, total, low, high] of column.cells.slice(0, count)) {
      const bar = h('b', {class: weight < 0 && 'negative'});
      bar.style.width = 100 * Math.abs(weight) / top + '%';
      box.append(h('span', {class: 'name', title: mapping.names[source]}, mapping.names[source]),
        h('span', {class: 'meter'}, h('i', {}, bar), h('span', {class: 'num'}, short(weight))));
      if (total === undefined) { box.append(h('span', {class: 'share'})); continue; }
      const line = h('u'), dot = h('b');
      if (low !== undefined) { line.style.left = 100 * low + '%'; line.style.width = 100 * (high - low) + '%'; }
      dot.style.left = 100 * (total > 0 ? count_ / total : 0) + '%';
      box.append(h('span', {class: 'share', title: low === undefined ? null : `95 % of the Dirichlet posterior: ${percent(low)} to ${percent(high)}`}, h('i', {}, low !== undefined && line, dot), h('span', {class: 'num small'}, `${exact(count_)} of ${exact(total)}`)));
    }
  };
  fill(rows);
  const n = half(column);
  const all = Math.min(12, column.cells.length);
  return h('article', {class: 'target', id: 'target-' + t},
    h('h3', {}, run.target_labels[t]),
    h('p', {class: 'muted small'}, column.cells.length === 0 ? 'no source label' : column.cells.length === 1 ? 'one source label stands for it' : `${n > column.cells.length ? 'more than ' + column.cells.length : n} source label${n === 1 ? ' carries' : 's carry'} half of the weight${column.samples === undefined ? '' : `; from ${exact(column.samples)} ${Number.isInteger(column.samples) ? 'images' : 'of evidence'}`}`),
    box,
    all > rows && h('button', {type: 'button', onclick: event => { fill(all); event.target.remove(); }, 'aria-label': `More source labels of ${run.target_labels[t]}`}, 'more'),
    thumbs.length > 0 && h('div', {class: 'thumbs'}, thumbs.map(at => thumb(run.pictures, at, run.target_labels))));
}

function mappingSection(run) {
  const {mapping} = run;
  if (!mapping) return;
  const labels = run.target_labels;
  const byPrediction = labels.map(() => []);
  (run.pictures?.samples || []).forEach((s, i) => { if (s.prediction !== undefined && byPrediction[s.prediction]) byPrediction[s.prediction].push(i); });
  const some = labels.length > 40 ? 1 : 6;
  byPrediction.forEach(list => list.sort((a, b) => run.pictures.samples[b].probability - run.pictures.samples[a].probability));
  const cards = labels.map((label, t) => targetCard(run, t, byPrediction[t].slice(0, some)));
  const words = mapping.targets.map((column, t) => (labels[t] + ' ' + column.cells.slice(0, 40).map(c => mapping.names[c[0]]).join(' ')).toLowerCase());
  const found = h('span', {class: 'muted', 'aria-live': 'polite'});
  const filter = h('input', {type: 'search', id: 'filter', placeholder: 'a label, e.g. ' + clip(labels[0] || '', 14)});
  const grid = h('div', {class: 'targets'}, cards);
  const apply = () => {
    const wanted = filter.value.trim().toLowerCase();
    let n = 0;
    cards.forEach((card, t) => { card.hidden = !words[t].includes(wanted); if (!card.hidden) n++; });
    found.textContent = `${n} of ${labels.length}`;
  };
  filter.addEventListener('input', apply);
  apply();
  const sorted = h('select', {id: 'order'}, ['as in the task', 'by name', 'by accuracy', 'by spread of the weight'].map((name, i) => h('option', {value: i}, name)));
  const rates = classRates(run);
  sorted.addEventListener('change', () => {
    const order = labels.map((l, i) => i);
    const by = [null, (a, b) => labels[a].localeCompare(labels[b]), (a, b) => (rates[a]?.rate ?? 2) - (rates[b]?.rate ?? 2), (a, b) => half(mapping.targets[b]) - half(mapping.targets[a])][sorted.value];
    if (by) order.sort(by);
    grid.append(...order.map(t => cards[t]));
  });
  section('mapping', 'What stands for each label',
    `The strongest source labels of each target label at epoch ${mapping.epoch}.` + (mapping.counted ? ` The dot is the share of a source label’s predictions whose truth was the target label; the line holds 95 % of its Dirichlet posterior with ${short(mapping.prior_mass)} as pseudo-count, conditional on the predictions as data.` : '') + (run.pictures?.samples?.length ? ' Pictures are test images that were predicted so, from the surest on; × marks the wrong ones.' : ''),
    h('div', {class: 'controls'}, h('label', {}, 'Filter', filter), h('label', {}, 'Order', sorted), found), grid);
}

function matrixSection(run) {
  const {mapping} = run;
  if (!mapping || !mapping.source_order.length) return;
  const labels = run.target_labels;
  const column = new Map(mapping.source_order.map((s, i) => [s, i]));
  const all = mapping.target_order.flatMap((t, row) => mapping.targets[t].cells.map(c => [row, column.get(c[0]), c[1], t, c[0], c[2], c[3]]));
  all.sort((a, b) => a[0] - b[0] || Math.abs(b[2]) - Math.abs(a[2]));
  const sizes = all.map(c => Math.abs(c[2])).sort((a, b) => b - a);
  const floors = [0, ...[...new Set([.5, .25, .1, .03, .01].map(q => sizes[Math.max(0, Math.floor(sizes.length * q) - 1)]))]].filter((v, i, list) => i === 0 || v > list[i - 1]);
  let at = all.length > 12000 ? floors.findIndex(f => all.filter(c => Math.abs(c[2]) >= f).length <= 12000) : 0;
  let cells = all.filter(c => Math.abs(c[2]) >= floors[Math.max(0, at)]);
  const told = h('span', {class: 'muted', 'aria-live': 'polite'});
  const say = () => { told.textContent = `${whole(cells.length)} entries from ${short(floors[at])}`; };
  at = Math.max(0, at);
  const range = h('input', {type: 'range', id: 'floor', min: 0, max: floors.length - 1, step: 1, value: at, 'aria-label': 'Smallest entry shown'});
  const spec = {
    id: 'matrix', title: 'Mapping matrix ω', height: Math.max(320, Math.min(900, labels.length * 22 + 110)), rows: mapping.target_order.map(t => labels[t]), columns: mapping.source_order.map(s => mapping.names[s]),
    caption: `${labels.length} target labels by the ${whole(mapping.source_order.length)} of ${whole(mapping.source_labels)} source labels that are among their strongest. Like rows stand together, source labels under the row where they are strongest. Drag to move; Ctrl and wheel, two fingers, or the keys + and − to zoom.`,
    format: short, cells: () => cells,
    words: c => `${mapping.names[c[4]]} → ${labels[c[3]]}: ω ${short(c[2])}` + (c[6] === undefined ? '' : `, ${exact(c[5])} of ${exact(c[6])} in the evidence`),
    controls: floors.length > 1 && h('div', {class: 'controls'}, h('label', {}, 'Floor', range), told),
    numbers: () => table([{title: 'target label', value: c => labels[c[3]]}, {title: 'source label', value: c => mapping.names[c[4]]}, {title: 'ω', value: c => short(c[2]), number: true}], all.slice(0, 4000), 'Entries of the mapping matrix'),
  };
  const element = heat(spec);
  range.addEventListener('input', () => { at = +range.value; cells = all.filter(c => Math.abs(c[2]) >= floors[at]); say(); spec.redraw(); });
  say();
  section('heat', 'The mapping as a whole', null, h('div', {class: 'grid'}, element));
}

function driftSection(run) {
  const lines = run.epochs.filter(e => e.mapping);
  if (!lines.length) return;
  const epochs = lines.map(e => e.epoch);
  const q = i => lines.map(e => e.mapping.entropy_quartiles?.[i]);
  section('drift', 'How the mapping moved', epochs.length === 1 ? 'One epoch was recorded, so there is no movement yet.' : 'Entropy says over how many source labels a target label is spread: 0 bits is one, 3 bits is as much as eight equal ones.',
    h('div', {class: 'grid'},
      curves({id: 'entropy', title: 'Entropy of the columns of ω', short: v => short(v)}, epochs, [
        {name: 'mean', values: lines.map(e => e.mapping.entropy), colour: 's1'}, {name: 'lowest and highest', title: 'lowest', values: q(0), colour: 's6', dash: 'dotted'}, {name: 'quartiles', title: 'lower quartile', values: q(1), colour: 's6', dash: 'dashed'}, {name: 'quartiles', title: 'upper quartile', values: q(3), colour: 's6', dash: 'dashed'}, {name: 'lowest and highest', title: 'highest', values: q(4), colour: 's6', dash: 'dotted'}], v => short(v) + ' bits'),
      epochs.length > 1 && curves({id: 'moved', title: 'Change since the epoch before', caption: 'Target labels whose strongest source label is another one; and |⁠Δω|, the part of all weight that moved.', min: 0, short: v => Math.round(1000 * v) / 10 + ' %'}, epochs, [
        {name: 'new strongest label', values: lines.map(e => e.mapping.changed), colour: 's2'}, {name: '|Δω|', values: lines.map(e => e.mapping.moved), colour: 's4'}], v => percent(v, 2))));
}

/** Per class: samples, right ones, their share. */
function classRates(run) {
  const rates = run.target_labels.map(() => ({samples: 0, right: 0}));
  for (const [truth, prediction, n] of run.test?.confusion || []) {
    rates[truth].samples += n;
    if (truth === prediction) rates[truth].right += n;
  }
  rates.forEach(r => { r.rate = r.samples ? r.right / r.samples : undefined; });
  return rates;
}

function confusionSection(run) {
  if (!run.test) return;
  const labels = run.target_labels;
  const rates = classRates(run);
  const order = run.mapping ? run.mapping.target_order : labels.map((l, i) => i);
  const place = new Map(order.map((t, i) => [t, i]));
  const cells = run.test.confusion.map(([t, p, n]) => [place.get(t), place.get(p), n / rates[t].samples, t, p, n]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const words = c => `${labels[c[3]]} predicted as ${labels[c[4]]}: ${c[5]} of ${rates[c[3]].samples}, ${percent(c[2])}`;
  const pairs = cells.filter(c => c[3] !== c[4]).sort((a, b) => b[5] - a[5] || b[2] - a[2]).slice(0, 12);
  const examples = new Map();
  (run.pictures?.samples || []).forEach((s, i) => { const key = s.label + '>' + s.prediction; if (!examples.has(key)) examples.set(key, []); examples.get(key).push(i); });
  const sorted = labels.map((l, i) => i).filter(t => rates[t].samples).sort((a, b) => rates[b].rate - rates[a].rate);
  const few = sorted.length <= 40;
  section('errors', 'Where it errs', null, h('div', {class: 'grid'},
    heat({id: 'confusion', title: 'Confusion matrix', caption: 'Rows are the truth, columns what was predicted, as shares of the row.' + (run.mapping ? ' In the order of the mapping matrix.' : ''), height: Math.max(320, Math.min(820, labels.length * 26 + 120)), rows: order.map(t => labels[t]), columns: order.map(t => labels[t]), top: 1, format: v => percent(v, 0), cells: () => cells, words, wide: labels.length > 16,
      numbers: () => table([{title: 'truth', value: c => labels[c[3]]}, {title: 'predicted', value: c => labels[c[4]]}, {title: 'samples', value: c => String(c[5]), number: true}], cells.slice(0, 4000), 'Confusion matrix')}),
    figure({id: 'classes', title: 'Accuracy by class', caption: few ? null : `Of ${sorted.length} classes, from the best to the hardest.`, wide: labels.length > 16, height: few ? Math.max(200, sorted.length * 24 + 50) : 300, renderer: few ? 'svg' : 'canvas',
      tell: p => `${p.name}: ${percent(p.value)}`,
      points: () => sorted.map((t, i) => ({index: i, row: i, text: `${labels[t]}: ${percent(rates[t].rate)}, ${rates[t].right} of ${rates[t].samples}`})),
      numbers: () => table([{title: 'class', value: t => labels[t]}, {title: 'accuracy', value: t => percent(rates[t].rate), number: true}, {title: 'right', value: t => `${rates[t].right} of ${rates[t].samples}`, number: true}], sorted, 'Accuracy by class'),
      option: () => {
        const value = axis({type: 'value', max: 1, min: 0, axisLabel: {formatter: v => 100 * v + ' %'}});
        const names = axis({type: 'category', data: sorted.map(t => labels[t]), inverse: few, axisLabel: {width: 120, overflow: 'truncate', show: few, interval: 0}, splitLine: {show: false}});
        return {...base(), legend: undefined, grid: {left: 8, right: few ? 56 : 14, top: 8, bottom: 8, containLabel: true}, tooltip: {...base().tooltip, valueFormatter: v => percent(v)}, xAxis: few ? value : names, yAxis: few ? names : value,
          series: [{name: 'accuracy', type: 'bar', barWidth: few ? '55%' : undefined, barCategoryGap: few ? undefined : '10%', data: sorted.map(t => rates[t].rate), itemStyle: {color: colour('s1'), borderRadius: few ? [0, 3, 3, 0] : 0}, label: {show: few, position: 'right', formatter: p => percent(p.value), color: colour('muted'), fontSize: 12}}]};
      }}),
    pairs.length > 0 && h('figure', {class: labels.length > 16 && 'wide'}, h('h3', {}, 'Taken for one another most often'), h('ol', {class: 'confusions'}, pairs.map(c => h('li', {},
      h('span', {}, h('strong', {}, labels[c[3]]), ' taken for ', h('strong', {}, labels[c[4]])), h('span', {class: 'num muted'}, `${c[5]}, ${percent(c[2])} of its images`),
      (examples.get(c[3] + '>' + c[4]) || []).length > 0 && h('div', {class: 'thumbs'}, examples.get(c[3] + '>' + c[4]).slice(0, 5).map(at => thumb(run.pictures, at, labels, false))))))),
    calibrationFigure(run)));
}

function calibrationFigure(run) {
  const bins = run.test.calibration.map((b, i) => ({...b, from: i / run.test.calibration.length, to: (i + 1) / run.test.calibration.length})).filter(b => b.samples);
  const most = Math.max(...bins.map(b => b.samples));
  const words = b => `probability ${percent(b.from, 0)} to ${percent(b.to, 0)}: mean ${percent(b.probability)}, right ${percent(b.accuracy)}, ${counted(b.samples, 'image')}`;
  return figure({id: 'calibration', title: 'Calibration', caption: `Of images predicted with a given probability, how many were right; on the dashed line the two agree. Larger points hold more images. Expected calibration error ${percent(run.test.calibration_error)}.`, height: 320,
    tell: p => p.seriesType === 'scatter' ? words(bins[p.dataIndex]) : '', points: () => bins.map((b, i) => ({index: i, row: i, text: words(b)})),
    numbers: () => table([{title: 'probability', value: b => `${percent(b.from, 0)} to ${percent(b.to, 0)}`}, {title: 'mean', value: b => percent(b.probability), number: true}, {title: 'right', value: b => percent(b.accuracy), number: true}, {title: 'images', value: b => String(b.samples), number: true}], bins, 'Calibration'),
    option: () => ({...base(), legend: undefined, grid: {left: 8, right: 20, top: 14, bottom: 26, containLabel: true}, tooltip: {...base().tooltip, formatter: p => p.seriesType === 'scatter' ? words(bins[p.dataIndex]) : ''},
      xAxis: axis({type: 'value', min: 0, max: 1, name: 'probability of the prediction', nameLocation: 'middle', nameGap: 26, axisLabel: {formatter: v => Math.round(100 * v) + ' %'}}), yAxis: axis({type: 'value', min: 0, max: 1, axisLabel: {formatter: v => Math.round(100 * v) + ' %'}}),
      series: [{type: 'scatter', data: bins.map(b => [b.probability, b.accuracy]), symbolSize: (v, p) => 7 + 19 * Math.sqrt(bins[p.dataIndex].samples / most), itemStyle: {color: colour('s1'), opacity: .85}},
        {type: 'line', data: [[0, 0], [1, 1]], symbol: 'none', silent: true, lineStyle: {type: 'dashed', width: 1, color: colour('s6')}}]})});
}

function timeSection(run) {
  const lines = run.epochs.filter(e => e.phase_seconds);
  if (!lines.length) return;
  const epochs = lines.map(e => e.epoch);
  const names = Object.keys(lines[0].phase_seconds);
  const total = names.map(n => ({name: n, seconds: sum(lines.map(e => e.phase_seconds[n] || 0))})).sort((a, b) => b.seconds - a.seconds);
  const all = sum(total.map(p => p.seconds)) || 1;
  const shown = total.filter(p => p.seconds / all >= .005);
  section('time', 'Time and memory', 'Wall time by phase. On a GPU a phase is the time in which work was handed over, not that in which it was done.', h('div', {class: 'grid'},
    figure({id: 'phases', title: 'Seconds per epoch by phase', tell: p => `epoch ${p.name}, ${p.seriesName}: ${seconds(p.value)}`,
      points: () => epochs.map((e, i) => ({index: i, row: i, text: `epoch ${e}: ${seconds(lines[i].seconds)}; ` + shown.map(p => `${p.name} ${seconds(lines[i].phase_seconds[p.name])}`).join(', ')})),
      option: () => ({...base(), grid: {left: 8, right: 18, top: 36, bottom: 26, containLabel: true}, tooltip: {...base().tooltip, trigger: 'axis', axisPointer: {type: 'shadow'}, valueFormatter: v => seconds(v)}, xAxis: epochAxis(epochs), yAxis: axis({type: 'value', axisLabel: {formatter: v => seconds(v)}}),
        series: shown.map(p => ({name: p.name, type: 'bar', stack: 'all', barMaxWidth: 48, data: lines.map(e => e.phase_seconds[p.name] || 0)}))})}),
    h('figure', {}, h('h3', {}, 'All epochs'), table([{title: 'phase', value: p => p.name}, {title: 'time', value: p => seconds(p.seconds), number: true}, {title: 'share', value: p => percent(p.seconds / all), number: true}], total, 'Time by phase'),
      h('p', {class: 'muted small'}, `Samples per second over whole epochs: ${short(median(lines.map(e => e.samples / e.seconds)))}.`))));
}

function provenanceSection(run) {
  const p = run.provenance;
  const session = last(p.sessions || []) || {};
  const rows = [['run', run.id], ['data set', blockName(run.spec.dataset)], ['splits', Object.entries(p.split_sizes || {}).map(([k, v]) => `${k} ${whole(v)}`).join(', ')], ['backbone', blockName(run.spec.backbone)], ['prompt', JSON.stringify(run.spec.prompt)], ['mapping', JSON.stringify(run.spec.mapping)], ['seed', String(p.seed)], ['precision, execution', `${p.precision}, ${p.execution}`], ['device', [session.device, session.machine?.gpu || session.machine?.processor].filter(Boolean).join(', ')],
    ['versions', Object.entries(session.versions || {}).map(([k, v]) => `${k} ${v}`).join(', ')], ['source revision', session.git_revision || '–'], ['plugins', (p.plugins || []).map(x => `${x.id} ${x.version}`).join(', ')],
    ['sessions', (p.sessions || []).map(s => `${(s.started || '').slice(0, 16).replace('T', ' ')} UTC, epochs ${s.epochs_before} to ${s.epochs_after ?? '?'}`).join('; ')], ['command', (session.command_line || []).join(' ')]];
  section('provenance', 'Where it comes from', null, h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of provenance'}, table([{title: 'what', value: r => r[0]}, {title: 'value', value: r => r[1]}], rows, 'Provenance')),
    run.yaml && lazyDetails('Experiment as it was run (YAML)', () => h('pre', {}, run.yaml)),
    lazyDetails('All of the provenance (JSON)', () => h('pre', {}, JSON.stringify(p, null, 1))));
}

function headline(kind, title, lead) {
  document.getElementById('head').append(h('p', {class: 'kind'}, kind), h('h1', {}, title), lead && h('p', {class: 'muted'}, lead));
}

function runPage(run) {
  const sheet = run.pictures?.sheet;
  if (sheet?.file && run.pictures.samples) document.documentElement.style.setProperty('--sheet', `url("${sheet.file}")`);
  else if (run.pictures) run.pictures.samples = [];
  const p = run.provenance;
  headline('Run', `${run.label} · ${run.experiment}`, `${blockName(run.spec.mapping)} maps ${whole(run.mapping?.source_labels ?? 0) === '0' ? 'the' : whole(run.mapping.source_labels)} source labels of ${blockName(run.spec.backbone)} to the ${run.target_labels.length} labels of ${blockName(run.spec.dataset)}; prompt ${blockName(run.spec.prompt)}, ${whole(p.split_sizes?.train ?? 0)} training images, seed ${p.seed}.`);
  document.getElementById('head').append(runFacts(run));
  if (run.epochs.length) learning(run);
  promptPictures(run);
  mappingSection(run);
  matrixSection(run);
  driftSection(run);
  confusionSection(run);
  timeSection(run);
  provenanceSection(run);
}
