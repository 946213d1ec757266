// The page of two runs: what changed from the first to the second.
/** The keys with dots in which two runs' settings differ, with both values. */
function differences(first, second) {
  const flat = (value, path, all) => { if (value && typeof value === 'object' && !Array.isArray(value)) Object.entries(value).forEach(([k, v]) => flat(v, path ? path + '.' + k : k, all)); else all[path] = typeof value === 'string' ? value : JSON.stringify(value); return all; };
  const [a, b] = [first, second].map(run => flat(run.spec, '', {}));
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(k => !/^(samples|inputs|plugins|classes|origin)(\.|$)/.test(k) && a[k] !== b[k]).sort().map(k => [k, a[k] ?? '–', b[k] ?? '–']);
}

function pairPage(pair) {
  const {first, second} = pair;
  const names = [first.label, second.label].map((label, i) => first.label === second.label ? `${label} (${[first, second][i].id.slice(0, 8)})` : label);
  headline('Two runs', `${names[0]} and ${names[1]}`, `${first.experiment}${first.experiment === second.experiment ? '' : ' and ' + second.experiment}: two runs of one task with ${first.target_labels.length} labels.`);
  const difference = (shownTest(second) ?? NaN) - (shownTest(first) ?? NaN);
  document.getElementById('head').append(facts([
    {name: 'Difference in test accuracy', value: Number.isNaN(difference) ? '–' : (difference >= 0 ? '+' : '−') + Math.abs(100 * difference).toFixed(2), note: 'percentage points, second minus first'},
    ...[first, second].map((r, i) => ({name: names[i], value: percent(shownTest(r), 2), note: `epoch ${r.selected_epoch ?? '–'}, ${seconds(median(r.epochs.map(e => e.seconds)))} per epoch`}))]));
  const epochs = [...new Set([...first.epochs, ...second.epochs].map(e => e.epoch))].sort((a, b) => a - b);
  const lines = f => [first, second].map((r, i) => ({name: names[i], colour: 's' + (i + 1), values: epochs.map(n => f(r.epochs.find(e => e.epoch === n) || {}))}));
  if (epochs.length) section('learning', 'Learning', null, h('div', {class: 'grid'}, curves({id: 'accuracy', title: 'Test accuracy', scale: true, short: v => Math.round(1000 * v) / 10 + ' %'}, epochs, lines(e => e.test_accuracy), v => percent(v, 2)), curves({id: 'loss', title: 'Training cross entropy', scale: true}, epochs, lines(e => e.train_loss), short)));
  pairMappings(first, second, names);
  pairClasses(first, second, names);
  const set = differences(first, second);
  section('settings', 'What was set differently', set.length ? null : 'Nothing: the two experiments are the same.', set.length > 0 && scrolled('Table of settings', table([{title: 'key', value: d => d[0]}, {title: names[0], value: d => d[1]}, {title: names[1], value: d => d[2]}], set, 'Settings')));
}

function pairMappings(first, second, names) {
  if (!first.mapping || !second.mapping) return;
  const column = (run, t) => { const c = run.mapping.targets[t]; return new Map(c.cells.map(cell => [run.mapping.names[cell[0]], cell[1] / (c.sum || 1)])); };
  const rows = first.target_labels.map((label, t) => {
    const [a, b] = [column(first, t), column(second, t)];
    const shared = sum([...a].map(([s, w]) => Math.max(0, Math.min(Math.abs(w), Math.abs(b.get(s) || 0)))));
    return {label, shared, tops: [a, b].map(c => [...c.keys()].slice(0, 5)), a, b};
  });
  const all = rows.slice().sort((x, y) => x.shared - y.shared);
  section('mapping', 'The mappings side by side', 'The five strongest source labels of each target label, and how much of the weight the two mappings share. Those that changed most come first.',
    scrolled('Table of mappings', table([{title: 'target label', value: r => r.label}, {title: 'shared', value: r => percent(r.shared, 0), number: true},
      ...[0, 1].map(i => ({title: names[i], value: r => r.tops[i].map((s, k) => [k ? ', ' : '', r.tops[1 - i].includes(s) ? s : h('strong', {}, s)])}))], all, 'Mappings side by side')), h('p', {class: 'muted small'}, 'Bold: among the five strongest in this run only.'));
}

function pairClasses(first, second, names) {
  if (!first.test || !second.test) return;
  const [a, b] = [classRates(first), classRates(second)];
  const order = first.target_labels.map((l, t) => t).filter(t => a[t].rate !== undefined && b[t].rate !== undefined).sort((x, y) => (b[y].rate - a[y].rate) - (b[x].rate - a[x].rate));
  const words = t => `${first.target_labels[t]}: ${percent(a[t].rate)} and ${percent(b[t].rate)}`;
  const few = order.length <= 40;
  section('errors', 'Class by class', null, h('div', {class: 'grid'}, figure({id: 'classes', wide: true, title: 'Accuracy by class, second minus first', height: few ? order.length * 24 + 60 : 320, renderer: few ? 'svg' : 'canvas', tell: p => words(order[p.dataIndex]), points: () => order.map((t, i) => ({index: i, row: i, text: words(t)})),
    numbers: () => table([{title: 'class', value: t => first.target_labels[t]}, {title: names[0], value: t => percent(a[t].rate), number: true}, {title: names[1], value: t => percent(b[t].rate), number: true}], order, 'Accuracy by class'),
    option: () => {
      const labels = axis({type: 'category', data: order.map(t => first.target_labels[t]), inverse: few, axisLabel: {show: few, width: 130, overflow: 'truncate', interval: 0}, splitLine: {show: false}});
      const value = axis({type: 'value', axisLabel: {formatter: v => (v > 0 ? '+' : '') + Math.round(100 * v)}});
      return {...base(), legend: undefined, grid: {left: 8, right: 20, top: 8, bottom: 8, containLabel: true}, tooltip: {...base().tooltip, formatter: p => escaped(words(order[p.dataIndex]))}, xAxis: few ? value : labels, yAxis: few ? labels : value,
        series: [{type: 'bar', barWidth: few ? '55%' : undefined, data: order.map(t => ({value: b[t].rate - a[t].rate, itemStyle: {color: colour(b[t].rate >= a[t].rate ? 's1' : 's2')}}))}]};
    }})));
}
