// The page of a study: its runs beside each other.
function axesOf(runs) {
  const flat = run => { const all = {}; (function walk(value, path) { if (value && typeof value === 'object' && !Array.isArray(value)) Object.entries(value).forEach(([k, v]) => walk(v, path ? path + '.' + k : k)); else all[path] = JSON.stringify(value); })(run.spec, ''); return all; };
  const all = runs.map(flat);
  const keys = [...new Set(all.flatMap(Object.keys))].filter(k => !/^(samples|inputs|plugins|classes|origin)(\.|$)/.test(k));
  return keys.filter(k => new Set(all.map(a => a[k])).size > 1);
}
const at = (object, path) => path.split('.').reduce((value, key) => value?.[key], object);
const groupOf = run => run.label.replace(/[-,\s]*seed[ =-]?\d+/, '') || run.label;

function studyPage(study) {
  const runs = study.runs;
  const name = run => run.label;
  const groups = [...new Set(runs.map(groupOf))];
  const best = Math.max(...runs.map(r => shownTest(r) ?? -1));
  headline('Study', study.experiment, `${counted(runs.length, 'run')} of ${counted(groups.length, 'method')}.`);
  const winner = runs.find(r => shownTest(r) === best);
  document.getElementById('head').append(facts([
    {name: 'Highest test accuracy', value: percent(best < 0 ? undefined : best, 2), note: winner && name(winner)}, {name: 'Runs', value: String(runs.length)},
    {name: 'Time, all runs', value: seconds(sum(runs.map(r => sum(r.epochs.map(e => e.seconds || 0)))))}]));
  const mean = group => { const values = runs.filter(r => groupOf(r) === group).map(shownTest).filter(v => v !== undefined); return values.length ? sum(values) / values.length : -1; };
  const order = groups.slice().sort((a, b) => mean(b) - mean(a));
  const deviation = values => values.length < 2 ? undefined : Math.sqrt(sum(values.map(v => (v - sum(values) / values.length) ** 2)) / (values.length - 1));
  const groupRuns = g => runs.filter(r => groupOf(r) === g);
  section('table', 'Runs', 'Test accuracy at each run’s chosen epoch. One run is a figure, not a distribution: differences are claimed by tests over seeds only.',
    h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of runs'}, table([
      {title: 'run', value: r => h('a', {href: encodeURIComponent(r.folder) + '/report.html'}, name(r))}, {title: 'test', value: r => percent(shownTest(r), 2), number: true}, {title: 'last', value: r => percent(last(r.epochs)?.test_accuracy, 2), number: true}, {title: 'epoch', value: r => `${r.selected_epoch ?? '–'} of ${last(r.epochs)?.epoch ?? 0}`, number: true},
      {title: 'calibration error', value: r => percent(r.calibration_error), number: true}, {title: 'trained', value: r => whole(r.trained_parameters), number: true}, {title: 's per epoch', value: r => seconds(median(r.epochs.map(e => e.seconds))), number: true}], runs.slice().sort((a, b) => (shownTest(b) ?? -1) - (shownTest(a) ?? -1)), 'Runs')));
  comparisonSection(study.comparison || {});
  const words = r => `${name(r)}: ${percent(shownTest(r), 2)}, ${seconds(sum(r.epochs.map(e => e.seconds || 0)))}`;
  const flat = order.flatMap(groupRuns);
  section('accuracy-section', 'Accuracy', 'Every run is a point; the bar is the mean of its group.', h('div', {class: 'grid'},
    figure({id: 'points', title: 'Test accuracy by method', height: Math.max(220, 40 * order.length + 60), tell: p => p.seriesType === 'scatter' ? words(flat[p.dataIndex]) : '', points: () => flat.map((r, i) => ({series: 1, index: i, row: i, text: words(r)})),
      numbers: () => table([{title: 'method', value: g => g}, {title: 'mean', value: g => percent(mean(g), 2), number: true}, {title: '± deviation', value: g => percent(deviation(groupRuns(g).map(shownTest)), 2), number: true}, {title: 'n', value: g => String(groupRuns(g).length), number: true}], order, 'Accuracy by method'),
      option: () => ({...base(), legend: undefined, grid: {left: 8, right: 20, top: 8, bottom: 8, containLabel: true}, tooltip: {...base().tooltip, formatter: p => p.seriesType === 'scatter' ? words(flat[p.dataIndex]).replace(/[&<>]/g, '') : ''}, yAxis: axis({type: 'category', data: order, inverse: true, axisLabel: {width: 150, overflow: 'truncate', interval: 0}, splitLine: {show: false}}), xAxis: axis({type: 'value', min: 0, axisLabel: {formatter: v => Math.round(100 * v) + ' %'}}),
        series: [{type: 'bar', data: order.map(g => Math.max(0, mean(g))), barWidth: '45%', itemStyle: {color: colour('low')}, silent: true}, {type: 'scatter', data: flat.map(r => [shownTest(r) ?? null, groupOf(r)]), symbolSize: 11, itemStyle: {color: colour('s1'), borderColor: colour('bg'), borderWidth: 1}}]})}),
    figure({id: 'cost', title: 'Accuracy against time', caption: 'Seconds of training, all epochs.', height: Math.max(220, 40 * order.length + 60), tell: p => words(runs[p.dataIndex]), points: () => runs.map((r, i) => ({index: i, row: i, text: words(r)})),
      option: () => ({...base(), legend: undefined, grid: {left: 8, right: 90, top: 14, bottom: 26, containLabel: true}, tooltip: {...base().tooltip, formatter: p => words(runs[p.dataIndex]).replace(/[&<>]/g, '')}, xAxis: axis({type: 'value', scale: true, name: 'seconds', nameLocation: 'middle', nameGap: 26}), yAxis: axis({type: 'value', scale: true, axisLabel: {formatter: v => Math.round(1000 * v) / 10 + ' %'}}),
        series: [{type: 'scatter', symbolSize: 11, itemStyle: {color: colour('s1')}, label: {show: runs.length <= 20, position: 'right', formatter: p => clip(name(runs[p.dataIndex]), 16), color: colour('muted'), fontSize: 12}, labelLayout: {hideOverlap: true}, data: runs.map(r => [sum(r.epochs.map(e => e.seconds || 0)), shownTest(r) ?? null])}]})})));
  const longest = Math.max(...runs.map(r => r.epochs.length));
  const epochs = runs.find(r => r.epochs.length === longest).epochs.map(e => e.epoch);
  const values = (r, f) => epochs.map(n => f(r.epochs.find(e => e.epoch === n) || {}));
  const lines = f => runs.slice(0, 60).map(r => ({name: name(r), values: values(r, f)}));
  if (longest) section('curves', 'Curves', runs.length > 60 ? 'Of the first 60 runs.' : null, h('div', {class: 'grid'},
    curves({id: 'accuracy', title: 'Test accuracy', scale: true, height: 340, short: v => Math.round(1000 * v) / 10 + ' %'}, epochs, lines(e => e.test_accuracy), v => percent(v, 2)),
    curves({id: 'loss', title: 'Training cross entropy', scale: true, height: 340}, epochs, lines(e => e.train_loss), short),
    runs.some(r => r.epochs.some(e => e.mapping)) && curves({id: 'entropy', title: 'Entropy of the mapping, bits', height: 340}, epochs, lines(e => e.mapping?.entropy), short)));
  const axes = axesOf(runs);
  if (axes.length) section('axes', 'What differs', null, h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of what differs'}, table([{title: 'run', value: name}, ...axes.slice(0, 12).map(a => ({title: a, value: r => String(at(r.spec, a) ?? '–')}))], runs, 'What differs')));
}

/** The table of means over seeds, what the tests allow to say, and ranks where there are several tasks. */
function comparisonSection(comparison) {
  const shown = (comparison.tables || [])[0];
  if (!shown || !shown.cells.length) return;
  const words = keys => Object.values(keys).join(', ');
  const rows = [...new Set(shown.cells.map(c => words(c.row)))];
  const columns = [...new Set(shown.cells.map(c => words(c.column)))];
  const cell = (row, column) => shown.cells.find(c => words(c.row) === row && words(c.column) === column);
  const text = c => !c ? '–' : c.mean.toFixed(2) + (c['standard deviation'] == null ? '' : ` ± ${c['standard deviation'].toFixed(2)}`) + (c.n > 1 ? ` (n = ${c.n})` : '');
  const ranks = columns.map(column => {
    const each = rows.filter(row => columns.every(other => cell(row, other))).map(row => {
      const mean = cell(row, column).mean;
      return 1 + columns.filter(other => cell(row, other).mean > mean).length + columns.filter(other => other !== column && cell(row, other).mean === mean).length / 2;
    });
    return {column, rank: each.length ? sum(each) / each.length : undefined};
  }).filter(r => r.rank !== undefined).sort((a, b) => a.rank - b.rank);
  section('comparison', 'Comparison', 'Test accuracy in percent: mean ± standard deviation over seeds. What is said below it is what the tests allow to say.',
    h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of means'}, table([{title: 'task', value: row => row || 'all'}, ...columns.map(column => ({title: column, value: row => { const c = cell(row, column); return c?.marked ? h('strong', {}, text(c)) : text(c); }, number: true}))], rows, 'Means')),
    (comparison.tests || []).length > 0 && h('ul', {}, comparison.tests.slice(0, 40).map(t => h('li', {class: 'small'}, t.text))),
    rows.length > 1 && ranks.length > 1 && h('div', {class: 'grid'}, figure({id: 'ranks', wide: true, title: 'Mean rank over tasks', caption: `1 is the best; over ${rows.length} tasks. Whether ranks differ is said by the tests above.`, height: 60 + 28 * ranks.length, tell: p => `${ranks[p.dataIndex].column}: ${ranks[p.dataIndex].rank.toFixed(2)}`,
      points: () => ranks.map((r, i) => ({index: i, row: i, text: `${r.column}: mean rank ${r.rank.toFixed(2)}`})),
      option: () => ({...base(), legend: undefined, grid: {left: 8, right: 40, top: 24, bottom: 8, containLabel: true}, xAxis: axis({type: 'value', position: 'top', min: 1, max: columns.length, inverse: false, minInterval: 1}), yAxis: axis({type: 'category', inverse: true, data: ranks.map(r => r.column), axisLabel: {interval: 0, width: 150, overflow: 'truncate'}}),
        series: [{type: 'scatter', symbolSize: 12, itemStyle: {color: colour('s1')}, data: ranks.map(r => r.rank), label: {show: true, position: 'right', formatter: p => ranks[p.dataIndex].rank.toFixed(2), color: colour('muted')}}]})})));
}
