// The page of a study: its runs beside each other.
const GROUPS = 40; // methods in one chart

/** The runs that differ in nothing but the seed, as {name, runs, mean, deviation}; the best first. */
function groupsOf(runs) {
  const groups = new Map();
  for (const run of runs) {
    if (!groups.has(run.group)) groups.set(run.group, []);
    groups.get(run.group).push(run);
  }
  const name = all => all.length === 1 ? all[0].label : all[0].label.replace(new RegExp(`(.*)\\bseed[ =-]?${all[0].seed}(?!\\d)`), '$1').replace(/^[-, ]+|[-, ]+$/g, '').replace('--', '-') || all[0].label;
  return [...groups.values()].map(all => {
    const values = all.map(r => r.test_accuracy).filter(v => v !== undefined);
    const mean = values.length ? sum(values) / values.length : undefined;
    return {name: name(all), runs: all, mean, deviation: values.length < 2 ? undefined : Math.sqrt(sum(values.map(v => (v - mean) ** 2)) / (values.length - 1))};
  }).sort((a, b) => (b.mean ?? -1) - (a.mean ?? -1));
}

function studyPage(study) {
  const runs = study.runs.slice().sort((a, b) => (b.test_accuracy ?? -1) - (a.test_accuracy ?? -1));
  const groups = groupsOf(runs);
  const best = runs[0].test_accuracy;
  headline('Study', study.experiment, groups.length === runs.length ? `${counted(runs.length, 'run')}.` : `${counted(runs.length, 'run')}: ${counted(groups.length, 'setting')}, each with its seeds.`);
  document.getElementById('head').append(facts([
    {name: 'Highest test accuracy', value: percent(best, 2), note: best !== undefined && runs[0].label}, {name: 'Runs', value: whole(runs.length)},
    {name: 'Time, all runs', value: seconds(sum(runs.map(r => r.seconds || 0)))}]));
  section('table', 'Runs', 'Test accuracy at each run’s chosen epoch. One run is a figure, not a distribution: differences are claimed by tests over seeds only.',
    scrolled('Table of runs', table([
      {title: 'run', value: r => h('a', {href: encodeURIComponent(r.folder) + '/report.html'}, r.label)}, {title: 'test', value: r => percent(r.test_accuracy, 2), number: true}, {title: 'last', value: r => percent(r.last_test_accuracy, 2), number: true}, {title: 'epoch', value: r => `${r.selected_epoch ?? '–'} of ${r.epoch ?? 0}`, number: true},
      {title: 'calibration error', value: r => percent(r.calibration_error), number: true}, {title: 'trained', value: r => whole(r.trained_parameters), number: true}, {title: 's per epoch', value: r => seconds(r.seconds_per_epoch), number: true}], runs, 'Runs')),
    study.unreadable.map(u => h('p', {class: 'small'}, h('strong', {}, `${u.folder} is left out: `), u.why)));
  comparisonSection(study.comparison || {});
  accuracySection(groups);
  curvesSection(study.runs.filter(r => r.epochs), runs.length);
  const keys = Object.keys(runs[0].settings);
  if (keys.length) section('axes', 'What differs', null, scrolled('Table of what differs', table([{title: 'run', value: r => r.label}, ...keys.slice(0, 12).map(key => ({title: key, value: r => r.settings[key]}))], study.runs, 'What differs')));
}

function accuracySection(groups) {
  const shown = groups.slice(0, GROUPS);
  const flat = shown.flatMap(g => g.runs);
  const place = new Map(shown.flatMap((g, i) => g.runs.map(r => [r, i])));
  const words = r => `${r.label}: ${percent(r.test_accuracy, 2)}, ${seconds(r.seconds)}`;
  const height = Math.max(220, Math.max(24, 44 - 2 * shown.length) * shown.length + 60);
  const told = {tell: p => p.seriesType === 'scatter' ? words(flat[p.dataIndex]) : ''};
  const tooltip = () => ({...base().tooltip, formatter: p => p.seriesType === 'scatter' ? escaped(words(flat[p.dataIndex])) : ''});
  section('accuracy-section', 'Accuracy', 'Every run is a point; the bar is the mean over seeds.' + (groups.length > shown.length ? ` Of the best ${shown.length} of ${groups.length}.` : ''), h('div', {class: 'grid'},
    figure({id: 'points', title: 'Test accuracy', height, ...told, points: () => flat.map((r, i) => ({series: 1, index: i, row: place.get(r), text: words(r)})),
      numbers: () => table([{title: 'method', value: g => g.name}, {title: 'mean', value: g => percent(g.mean, 2), number: true}, {title: '± deviation', value: g => percent(g.deviation, 2), number: true}, {title: 'n', value: g => String(g.runs.length), number: true}], shown, 'Accuracy by method'),
      option: () => ({...base(), legend: undefined, grid: {left: 8, right: 20, top: 8, bottom: 8, containLabel: true}, tooltip: tooltip(), yAxis: axis({type: 'category', data: shown.map(g => g.name), inverse: true, axisLabel: {width: 150, overflow: 'truncate', interval: 0}, splitLine: {show: false}}), xAxis: axis({type: 'value', min: 0, axisLabel: {formatter: v => Math.round(100 * v) + ' %'}}),
        series: [{type: 'bar', data: shown.map(g => g.mean ?? 0), barWidth: '45%', itemStyle: {color: colour('low')}, silent: true}, {type: 'scatter', data: flat.map(r => [r.test_accuracy ?? null, place.get(r)]), symbolSize: 11, itemStyle: {color: colour('s1'), borderColor: colour('bg'), borderWidth: 1}}]})}),
    figure({id: 'cost', title: 'Accuracy against time', caption: 'Seconds of training, all epochs.', height: Math.min(height, 460), ...told, points: () => flat.map((r, i) => ({index: i, row: place.get(r), text: words(r)})),
      option: () => ({...base(), legend: undefined, grid: {left: 8, right: flat.length <= 20 ? 90 : 20, top: 14, bottom: 26, containLabel: true}, tooltip: tooltip(), xAxis: axis({type: 'value', scale: true, name: 'seconds', nameLocation: 'middle', nameGap: 26}), yAxis: axis({type: 'value', scale: true, axisLabel: {formatter: v => Math.round(1000 * v) / 10 + ' %'}}),
        series: [{type: 'scatter', symbolSize: 11, itemStyle: {color: colour('s1')}, label: {show: flat.length <= 20, position: 'right', formatter: p => clip(flat[p.dataIndex].label, 16), color: colour('muted'), fontSize: 12}, labelLayout: {hideOverlap: true}, data: flat.map(r => [r.seconds ?? null, r.test_accuracy ?? null])}]})})));
}

function curvesSection(runs, all) {
  const epochs = [...new Set(runs.flatMap(r => r.epochs.map(e => e.epoch)))].sort((a, b) => a - b);
  if (!epochs.length) return;
  const lines = key => runs.map(r => { const of = new Map(r.epochs.map(e => [e.epoch, e[key]])); return {name: r.label, values: epochs.map(n => of.get(n))}; });
  section('curves', 'Curves', all > runs.length ? `Of ${runs.length} of the ${whole(all)} runs.` : null, h('div', {class: 'grid'},
    curves({id: 'accuracy', title: 'Test accuracy', scale: true, height: 340, short: v => Math.round(1000 * v) / 10 + ' %'}, epochs, lines('test_accuracy'), v => percent(v, 2)),
    curves({id: 'loss', title: 'Training cross entropy', scale: true, height: 340}, epochs, lines('train_loss'), short),
    runs.some(r => r.epochs.some(e => e.entropy !== undefined)) && curves({id: 'entropy', title: 'Entropy of the mapping, bits', height: 340}, epochs, lines('entropy'), short)));
}

const SAID = 6; // sentences that are shown at once

/** The table of means over seeds, what the tests allow to say, and ranks where there are several tasks. */
function comparisonSection(comparison) {
  const shown = (comparison.tables || [])[0];
  if (!shown || !shown.cells.length) return;
  const words = keys => Object.values(keys).join(', ');
  const rows = [...new Set(shown.cells.map(c => words(c.row)))];
  const columns = [...new Set(shown.cells.map(c => words(c.column)))];
  const cell = (row, column) => shown.cells.find(c => words(c.row) === row && words(c.column) === column);
  const text = c => !c ? '–' : c.mean.toFixed(2) + (c['standard deviation'] == null ? '' : ` ± ${c['standard deviation'].toFixed(2)}`) + (c.n > 1 ? ` (n = ${c.n})` : '');
  const ranks = comparison.ranks;
  const tests = comparison.tests || [];
  // what is said of all comes first, and what can be told before what cannot
  const place = t => t.over === 'ranks' ? 0 : t.verdict === 'cannot-tell' ? 2 : 1;
  const said = tests.slice().sort((a, b) => place(a) - place(b));
  const sentence = t => h('li', {}, t.text);
  section('comparison', 'Comparison', 'Test accuracy in percent: mean ± standard deviation over seeds. What is said below it is what the tests allow to say.',
    scrolled('Table of means', table([{title: 'task', value: row => row || 'all'}, ...columns.map(column => ({title: column, value: row => { const c = cell(row, column); return c?.marked ? h('strong', {}, text(c)) : text(c); }, number: true}))], rows, 'Means')),
    said.length > 0 && h('ul', {class: 'said'}, said.slice(0, SAID).map(sentence)),
    said.length > SAID && lazyDetails(`${said.length - SAID} more`, () => h('ul', {class: 'said'}, said.slice(SAID).map(sentence)), 'What else the tests allow to say'),
    (comparison.notes || []).map(note => h('p', {class: 'muted small'}, 'reprise compare adds: ', note)),
    ranks && h('div', {class: 'grid'}, rankFigure(ranks)));
}
