// Mean ranks over tasks: methods on an axis, bars over those that are not told apart (Demšar, JMLR 2006).
const RANK_LINE = 22, RANK_BAR = 9, RANK_TOP = 66;

/** Puts bars that overlap on lines of their own. */
function stacked(bars) {
  const ends = [];
  return bars.map(([from, to]) => {
    let line = ends.findIndex(end => end < from);
    if (line < 0) line = ends.length;
    ends[line] = to;
    return [from, to, line];
  });
}

function rankFigure(ranks) {
  const methods = ranks.columns.map(c => ({name: c.column, rank: c['average rank']})).sort((a, b) => a.rank - b.rank);
  const k = methods.length;
  const of = new Map(methods.map(m => [m.name, m.rank]));
  const groups = ranks['not told apart'];
  const bars = stacked(groups.map(group => [of.get(group[0]), of.get(last(group))]));
  const lines = 1 + Math.max(-1, ...bars.map(b => b[2]));
  const difference = ranks['critical difference'];
  const left = Math.ceil(k / 2);
  const words = i => `${methods[i].name}: mean rank ${methods[i].rank.toFixed(2)}` + groups.filter(g => g.includes(methods[i].name)).map(g => `; not told apart from ${g.filter(n => n !== methods[i].name).join(', ')}`).join('');
  const method = (params, api) => {
    const i = params.dataIndex, area = params.coordSys, onLeft = i < left;
    const x = api.coord([methods[i].rank, 0])[0];
    const y = area.y + 12 + lines * RANK_BAR + RANK_LINE * (onLeft ? i : k - 1 - i) + 8;
    const end = onLeft ? area.x - 4 : area.x + area.width + 4;
    return {type: 'group', children: [
      {type: 'polyline', shape: {points: [[x, area.y], [x, y], [end, y]]}, style: {stroke: colour('muted'), lineWidth: 1.2, fill: 'none'}},
      {type: 'circle', shape: {cx: x, cy: area.y, r: 4.5}, style: {fill: colour('s1')}},
      {type: 'text', style: {text: methods[i].name + (area.x > 120 ? '  ' + methods[i].rank.toFixed(2) : ''), x: onLeft ? end - 5 : end + 5, y, align: onLeft ? 'right' : 'left', verticalAlign: 'middle', fill: colour('ink'), fontSize: 13, fontFamily: base().textStyle.fontFamily, width: area.x - 12, overflow: 'truncate'}}]};
  };
  const bar = (params, api) => {
    const area = params.coordSys, [from, to, line] = bars[params.dataIndex];
    const y = area.y + 12 + line * RANK_BAR;
    return {type: 'line', shape: {x1: api.coord([from, 0])[0] - 5, x2: api.coord([to, 0])[0] + 5, y1: y, y2: y}, style: {stroke: colour('ink'), lineWidth: 4, lineCap: 'round'}};
  };
  const ruler = (params, api) => {
    const area = params.coordSys, y = area.y - 44;
    const x1 = area.x, x2 = api.coord([Math.min(k, 1 + difference), 0])[0];
    const stroke = {stroke: colour('ink'), lineWidth: 1.5};
    return {type: 'group', children: [
      {type: 'line', shape: {x1, x2, y1: y, y2: y}, style: stroke},
      ...[x1, x2].map(x => ({type: 'line', shape: {x1: x, x2: x, y1: y - 4, y2: y + 4}, style: stroke})),
      {type: 'text', style: {text: `critical difference ${difference.toFixed(2)}` + (1 + difference > k ? ', wider than the axis' : ''), x: x1, y: y - 8, align: 'left', verticalAlign: 'bottom', fill: colour('muted'), fontSize: 12, fontFamily: base().textStyle.fontFamily}}]};
  };
  return figure({id: 'ranks', wide: true, title: 'Mean rank over tasks', caption: `Over ${ranks['data sets']} tasks; 1 is the best. Thick bars join methods whose ranks are less than the critical difference apart, which Nemenyi’s test does not tell apart at ${ranks.level}.`,
    height: RANK_TOP + 12 + lines * RANK_BAR + RANK_LINE * left + 16, tell: p => p.seriesIndex === 0 ? words(p.dataIndex) : '', points: () => methods.map((m, i) => ({index: i, row: i, text: words(i)})),
    numbers: () => table([{title: 'method', value: m => m.name}, {title: 'mean rank', value: m => m.rank.toFixed(2), number: true}], methods, 'Mean ranks'),
    option: () => {
      const margin = Math.min(190, Math.max(96, (document.getElementById('ranks')?.clientWidth || 600) * .24));
      return {...base(), legend: undefined, grid: {left: margin, right: margin, top: RANK_TOP, bottom: 8},
        tooltip: {...base().tooltip, formatter: p => p.seriesIndex === 0 ? escaped(words(p.dataIndex)) : ''},
        xAxis: axis({type: 'value', position: 'top', axisLine: {onZero: false, lineStyle: {color: colour('muted')}}, min: 1, max: k, interval: 1, axisTick: {show: true, lineStyle: {color: colour('line')}}, splitLine: {show: false}}), yAxis: {type: 'value', min: 0, max: 1, show: false},
        series: [{type: 'custom', renderItem: method, clip: false, data: methods.map(m => [m.rank, 1])}, {type: 'custom', renderItem: bar, silent: true, clip: false, data: bars.map(b => [b[0], 1])}, {type: 'custom', renderItem: ruler, silent: true, clip: false, data: [[1, 1]]}]};
    }});
}
