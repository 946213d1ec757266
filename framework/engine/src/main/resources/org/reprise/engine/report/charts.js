// Charts: drawn by ECharts, in the page's colours, reachable by keyboard, each with its numbers.
const charts = [];
const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const palette = () => [1, 2, 3, 4, 5, 7, 8, 6, 9].map(i => colour('s' + i));
const still = matchMedia('(prefers-reduced-motion: reduce)').matches || navigator.webdriver;

/** What all charts share. */
function base() {
  return {
    animation: !still && !document.body.classList.contains('printing'), animationDuration: 250, color: palette(), backgroundColor: 'transparent',
    textStyle: {fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', color: colour('ink')},
    legend: {top: 0, left: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 4, textStyle: {color: colour('muted'), fontSize: 12}, type: 'scroll', pageTextStyle: {color: colour('muted')}},
    tooltip: {confine: true, backgroundColor: colour('panel'), borderColor: colour('line'), textStyle: {color: colour('ink'), fontSize: 12}, extraCssText: 'max-width:20rem;white-space:normal;box-shadow:none'},
    grid: {left: 8, right: 14, top: 34, bottom: 8, containLabel: true},
  };
}
const axis = more => ({
  axisLine: {lineStyle: {color: colour('line')}}, axisTick: {show: false}, nameTextStyle: {color: colour('muted'), fontSize: 12},
  axisLabel: {color: colour('muted'), fontSize: 12, hideOverlap: true, ...(more.axisLabel || {})}, splitLine: {lineStyle: {color: colour('line'), width: .7}}, ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'axisLabel')),
});
const epochAxis = epochs => axis({type: 'category', data: epochs, name: 'epoch', nameLocation: 'middle', nameGap: 24, splitLine: {show: false}});

/**
 * Makes a figure: {id, title, caption, height, wide, renderer, option(): ECharts' option, points: [{series, index, text}] to walk through by
 * keyboard, rows of such points where up and down jump, tell(params): the words of a hovered item, numbers: a table}.
 */
function figure(spec) {
  const place = h('div', {class: 'chart', id: spec.id, tabindex: 0, role: 'img', 'aria-label': `${spec.title}. ${spec.points ? 'Arrow keys walk through it.' : ''}`});
  place.style.height = (spec.height || 300) + 'px';
  const live = h('p', {class: 'live', 'aria-live': 'polite'});
  const save = h('button', {type: 'button', 'aria-label': `Save as ${spec.renderer === 'canvas' ? 'PNG' : 'SVG'}: ${spec.title}`, onclick: () => download(spec)}, spec.renderer === 'canvas' ? 'PNG' : 'SVG');
  const element = h('figure', {class: spec.wide && 'wide'},
    h('figcaption', {}, h('div', {}, h('h3', {}, spec.title), spec.caption && h('p', {}, spec.caption)), save),
    spec.controls, place, live,
    spec.numbers && lazyDetails('Numbers', spec.numbers, 'Numbers: ' + spec.title));
  Object.assign(spec, {place, live, element, at: -1});
  place.addEventListener('keydown', event => walk(spec, event));
  place.addEventListener('blur', () => spec.chart && spec.chart.dispatchAction({type: 'hideTip'}));
  charts.push(spec);
  return element;
}

/** Details whose content is made when they are opened. */
function lazyDetails(title, make, name = title) {
  const box = h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name});
  return h('details', {ontoggle: () => { if (!box.firstChild) box.append(make()); }}, h('summary', {}, title), box);
}

function draw(spec) {
  if (spec.chart) { // other colours: an instance that is thrown away may still be about to draw
    spec.chart.setOption(spec.option(), {notMerge: true});
    return;
  }
  const start = performance.now();
  spec.chart = echarts.init(spec.place, null, {renderer: spec.renderer || 'svg'});
  spec.chart.on('finished', () => { if (!spec.place.dataset.drawn) spec.place.dataset.drawn = Math.round(performance.now() - start); });
  if (spec.tell) spec.chart.on('mouseover', params => { const text = spec.tell(params); if (text) spec.live.textContent = text; });
  spec.chart.setOption(spec.option());
}

/** Shows a part of a heat map around the cell that the keyboard is at: half as much, or twice. */
function zoom(spec, factor) {
  const cell = spec.cells()[Math.max(0, spec.at)];
  if (!cell) return;
  const now = spec.chart.getOption().dataZoom;
  [[cell[1], spec.columns.length], [cell[0], spec.rows.length]].forEach(([place, n], i) => {
    const span = Math.min(100, Math.max(Math.min(100, 600 / n), (now[i].end - now[i].start) * factor));
    const start = Math.max(0, Math.min(100 - span, 100 * (place + .5) / n - span / 2));
    spec.chart.dispatchAction({type: 'dataZoom', dataZoomIndex: i, start, end: start + span});
  });
}

function walk(spec, event) {
  const closer = {'+': .5, '=': .5, '-': 2}[event.key];
  if (closer && spec.cells) { event.preventDefault(); zoom(spec, closer); return; }
  const points = spec.points ? spec.points() : [];
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  const row = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!points.length || !(step || row || event.key === 'Home' || event.key === 'End')) return;
  event.preventDefault();
  const n = points.length;
  if (event.key === 'Home') spec.at = 0;
  else if (event.key === 'End') spec.at = n - 1;
  else if (spec.at < 0) spec.at = 0;
  else if (step) spec.at = Math.max(0, Math.min(n - 1, spec.at + step));
  else {
    let at = spec.at;
    const from = points[at].row;
    while (at >= 0 && at < n && points[at].row === from) at += row;
    if (at >= 0 && at < n) { if (row < 0) while (at > 0 && points[at - 1].row === points[at].row) at--; spec.at = at; }
  }
  const point = points[spec.at];
  spec.live.textContent = point.text;
  spec.chart.dispatchAction({type: 'showTip', seriesIndex: point.series || 0, dataIndex: point.index});
}

function download(spec) {
  const url = spec.chart.getDataURL({type: spec.chart.getOption && (spec.renderer === 'canvas') ? 'png' : 'svg', pixelRatio: 3, backgroundColor: colour('bg')});
  h('a', {href: url, download: spec.id + (spec.renderer === 'canvas' ? '.png' : '.svg')}).click();
}

/** Curves over epochs: lines are {name, values, colour, area, marks}. */
function curves(spec, epochs, lines, format) {
  const present = lines.filter(line => line.values.some(v => v !== undefined && v !== null));
  return figure({...spec,
    tell: p => `epoch ${p.name}, ${p.seriesName}: ${format(p.value)}`,
    points: () => epochs.map((epoch, i) => ({index: i, row: i, text: `epoch ${epoch}: ` + present.filter(l => l.values[i] != null).map(l => `${l.name} ${format(l.values[i])}`).join(', ')})),
    numbers: () => table([{title: 'epoch', value: i => String(epochs[i]), number: true}, ...present.map(l => ({title: l.title || l.name, value: i => l.values[i] == null ? '–' : format(l.values[i]), number: true}))], epochs.map((e, i) => i), spec.title),
    option: () => ({...base(),
      grid: {left: 8, right: 18, top: 36, bottom: 26, containLabel: true},
      tooltip: {...base().tooltip, trigger: 'axis', valueFormatter: v => v == null ? '–' : format(v)},
      xAxis: epochAxis(epochs), yAxis: axis({type: 'value', scale: spec.scale, min: spec.min, max: spec.max, axisLabel: {formatter: spec.short || format}}),
      series: present.map((line, i) => ({
        name: line.name, type: 'line', symbol: 'circle', data: line.values.map(v => v ?? null), connectNulls: true, showSymbol: epochs.length <= 40, symbolSize: epochs.length > 20 ? 4 : 7,
        lineStyle: {width: 2, type: line.dash || 'solid'}, itemStyle: {color: line.colour ? colour(line.colour) : undefined}, color: line.colour ? colour(line.colour) : undefined,
        markPoint: line.mark == null ? undefined : {symbol: 'circle', symbolSize: 15, silent: true, itemStyle: {color: 'transparent', borderColor: colour(line.colour || 's1'), borderWidth: 2}, label: {show: true, position: 'bottom', distance: 6, formatter: 'chosen', color: colour('ink'), fontSize: 12}, data: [{coord: [line.mark, line.values[line.mark]]}]},
      })),
    }),
  });
}

/** A heat map: rows and columns are names, cells [row, column, value]; tell(cell) its words. */
function heat(spec) {
  const large = Math.max(spec.rows.length, spec.columns.length) > 40 && !alone;
  const own = {...spec, renderer: 'canvas', wide: spec.wide !== false,
    tell: p => p.componentSubType === 'heatmap' ? spec.words(spec.cells()[p.dataIndex]) : '',
    points: () => spec.cells().map((cell, i) => ({index: i, row: cell[0], text: spec.words(cell)})),
    option: () => {
      const cells = spec.cells();
      const values = cells.map(c => c[2]).sort((a, b) => a - b);
      const top = spec.top || Math.max(1e-12, values.length ? values[Math.floor(values.length * .98)] : 0);
      const negative = values.length && values[0] < 0;
      const bottom = negative ? -top : 0;
      const zoom = [{type: 'inside', xAxisIndex: 0, filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false}, {type: 'inside', yAxisIndex: 0, filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false}];
      if (large) zoom.push(
        {type: 'slider', xAxisIndex: 0, filterMode: 'none', height: 14, bottom: 40, showDetail: false, brushSelect: false, borderColor: colour('line'), fillerColor: colour('line'), handleStyle: {color: colour('muted')}},
        {type: 'slider', yAxisIndex: 0, filterMode: 'none', width: 14, right: 4, showDetail: false, brushSelect: false, borderColor: colour('line'), fillerColor: colour('line'), handleStyle: {color: colour('muted')}});
      const narrow = spec.place.clientWidth < 560;
      const name = {width: narrow ? 74 : 130, overflow: 'truncate'};
      return {...base(), animation: false, legend: undefined,
        tooltip: {...base().tooltip, formatter: p => escaped(spec.words(cells[p.dataIndex]))},
        grid: {left: 8, right: large ? 30 : 12, top: 8, bottom: large ? 62 : 44, containLabel: true},
        xAxis: axis({type: 'category', data: spec.columns, axisLabel: {...name, width: 90, rotate: spec.columns.length > (narrow ? 4 : 12) && spec.columns.length <= 60 ? 55 : 0, show: spec.columns.length <= 60, interval: spec.columns.length <= 60 ? 0 : 'auto'}, splitArea: {show: false}, splitLine: {show: false}}),
        yAxis: axis({type: 'category', data: spec.rows, inverse: true, axisLabel: {...name, interval: spec.rows.length <= 40 ? 0 : Math.ceil(spec.rows.length * 15 / (spec.place.clientHeight - 80)) - 1}, splitLine: {show: false}}),
        dataZoom: zoom,
        visualMap: {type: 'continuous', min: bottom, max: top, dimension: 2, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemWidth: 10, itemHeight: narrow ? 110 : 200, text: [spec.format(top) + (values.length && last(values) > top ? ' and more' : ''), spec.format(bottom)], textStyle: {color: colour('muted'), fontSize: 12},
          inRange: {color: negative ? [colour('negative'), colour('low'), colour('mid'), colour('high')] : [colour('low'), colour('mid'), colour('high')]}},
        series: [{type: 'heatmap', progressive: 0, data: cells.map(c => [c[1], c[0], c[2]]), emphasis: {itemStyle: {borderColor: colour('ink'), borderWidth: 1}}, itemStyle: large ? {} : {borderColor: colour('bg'), borderWidth: 1}}],
      };
    }};
  const element = figure(own);
  Object.assign(spec, {get place() { return own.place; }});
  spec.redraw = () => { if (own.chart) own.chart.setOption(own.option(), {replaceMerge: ['series', 'visualMap']}); };
  return element;
}
