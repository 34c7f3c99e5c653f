#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what kedge_scale has measured, and writes its table and what follows from it.

  plot.py GROWTH.csv OUT.svg DOCUMENT.md COMMAND MACHINE

The document has three places between markers: the table, what is held against bounds, and the
coefficients carried further.
"""
import csv
import datetime
import math
import statistics
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 300, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 44, 34
COLUMNS = 4
MAIN, SECOND, BOUND, GRID, TEXT = '#0b5fa5', '#d1731c', '#888888', '#e4e4e4', '#222222'

# Title with its unit; series as (column, factor, name, colour); a bound that holds, or None.
PANELS = [
    ('Accepted, thousand a second', [('accept_per_second', 1e-3, '', MAIN)], None),
    ('Acceptance at the top rate, ms', [('accept_gap_ms', 1, 'longest gap', MAIN),
                                        ('accept_p99_ms', 1, 'p99', SECOND)], 50),
    ('Acceptance at half of it, ms', [('accept_half_p99_ms', 1, 'p99', MAIN),
                                      ('bare_log_p99_ms', 1, 'a bare log', SECOND)], 100),
    ('Sealing, ms', [('loaded_seal_at_most_ms', 1, 'under load, at most', SECOND),
                     ('seal_ms', 1, 'median', MAIN)], 50),
    ('Proofs, thousand a second', [('prove_per_second', 1e-3, 'caches full', MAIN),
                                   ('fresh_prove_per_second', 1e-3, 'just started', SECOND)],
     None),
    ('Proofs at the top rate, p99, ms', [('prove_p99_ms', 1, '', MAIN)], None),
    ('Proofs at half of it, p99, ms', [('prove_half_p99_ms', 1, 'caches full', MAIN),
                                        ('fresh_prove_half_p99_ms', 1, 'just started', SECOND)],
     2),
    ('Resident memory, MiB', [('memory_mib', 1, '', MAIN)], None),
    ('On disk, GiB', [('disk_gib', 1, '', MAIN)], None),
    ('On disk, bytes a credential', [('disk_bytes_each', 1, '', MAIN)], 110),
    ('Start-up after a kill, s', [('start_seconds', 1, '', MAIN)], 10),
    ('fsck, s', [('fsck_seconds', 1, '', MAIN)], None),
]


def read(path):
    with open(path, encoding='utf-8', newline='') as file:
        rows = [{name: float(value) for name, value in row.items() if value}
                for row in csv.DictReader(file)]
    if not rows:
        sys.exit(f'plot: {path} has no rows')
    for row in rows:
        row['disk_bytes_each'] = row['disk_gib'] * 2**30 / row['stored']
    return rows


def step_of(top, wanted=4):
    """A round distance of about `wanted` ticks below `top`."""
    rough = top / wanted if top > 0 else 1
    power = 10 ** math.floor(math.log10(rough))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= rough)


def label(value):
    return f'{value:,.0f}' if value >= 10 or value == int(value) else f'{value:g}'


def ticks(top):
    step = step_of(top)
    return [i * step for i in range(int(math.ceil(top / step - 1e-9)) + 1)]


def text(x, y, words, size=11, anchor='start', colour=TEXT, weight='normal'):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}" font-weight="{weight}">{escape(words)}</text>')


def line(x1, y1, x2, y2, colour, dashes=''):
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ''
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}"{dashed}/>')


def panel(rows, title, series, bound, x0, y0):
    values = [row[name] * factor for name, factor, _, _ in series for row in rows if name in row]
    if not values:
        return ''
    top = max(values)
    # A bound far above everything would only flatten the line.
    shown = bound is not None and bound <= 4 * top
    y_ticks = ticks(max(top, bound) if shown else top)
    x_ticks = ticks(rows[-1]['stored'] / 1e6)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def at_x(stored):
        return x0 + LEFT + width * stored / 1e6 / x_ticks[-1]

    def at_y(value):
        return y0 + TOP + height * (1 - value / (y_ticks[-1] or 1))

    out = [text(x0 + LEFT, y0 + 16, title, 13, weight='bold')]
    for tick in y_ticks:
        out.append(line(x0 + LEFT, at_y(tick), x0 + LEFT + width, at_y(tick), GRID))
        out.append(text(x0 + LEFT - 6, at_y(tick) + 4, label(tick), anchor='end'))
    for tick in x_ticks:
        out.append(text(at_x(tick * 1e6), y0 + TOP + height + 16, label(tick), anchor='middle'))
    out.append(text(x0 + LEFT + width, y0 + TOP + height + 30, 'million stored', 10, 'end', BOUND))
    if shown:
        out.append(line(x0 + LEFT, at_y(bound), x0 + LEFT + width, at_y(bound), BOUND, '4 3'))
        out.append(text(x0 + LEFT + width, at_y(bound) - 4, f'bound {label(bound)}', 10, 'end',
                        BOUND))
    legend = x0 + LEFT
    for name, factor, words, colour in series:
        points = [(at_x(row['stored']), at_y(row[name] * factor)) for row in rows if name in row]
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="' +
                   ' '.join(f'{x:.1f},{y:.1f}' for x, y in points) + '"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in points]
        if words:
            out.append(text(legend, y0 + 33, words, colour=colour))
            legend += 12 + 6.5 * len(words)
    return '\n'.join(out)


def svg(rows):
    panels = [panel(rows, title, series, bound, (i % COLUMNS) * WIDTH, (i // COLUMNS) * HEIGHT)
              for i, (title, series, bound) in enumerate(PANELS)]
    width, height = COLUMNS * WIDTH, -(-len(PANELS) // COLUMNS) * HEIGHT
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif">\n'
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n' +
            '\n'.join(panels) + '\n</svg>\n')


def cells(names):
    return '| ' + ' | '.join(names) + ' |'


def table(rows, note):
    heads = ['stored', 'accepted /s', 'longest gap, ms', 'its p99 at half rate, ms',
             'a bare log\'s, ms', 'seals under load', 'none longer than, ms', 'sealing, ms',
             'just started: proofs /s', 'their p99 at half rate, ms', 'caches full: proofs /s',
             'their p99 at half rate, ms', 'memory, MiB', 'on disk, GiB', 'B each',
             'start-up, s', 'fsck, s']
    lines = [note, '', cells(heads), '|' + ' --- |' * len(heads)]
    for row in rows:
        fsck = f"{row['fsck_seconds']:.1f}" if 'fsck_seconds' in row else ''
        lines.append(cells([f"{row['stored']:,.0f}", f"{row['accept_per_second']:,.0f}",
                            f"{row['accept_gap_ms']:.0f}", f"{row['accept_half_p99_ms']:.1f}",
                            f"{row['bare_log_p99_ms']:.1f}", f"{row['loaded_seals']:.0f}",
                            f"{row['loaded_seal_at_most_ms']:g}",
                            f"{row['seal_ms']:.0f} (at most {row['seal_max_ms']:.0f})",
                            f"{row['fresh_prove_per_second']:,.0f}",
                            f"{row['fresh_prove_half_p99_ms']:.2f}",
                            f"{row['prove_per_second']:,.0f}", f"{row['prove_half_p99_ms']:.2f}",
                            f"{row['memory_mib']:,.0f}", f"{row['disk_gib']:.2f}", f"{row['disk_bytes_each']:.0f}",
                            f"{row['start_seconds']:.2f}", fsck]))
    return '\n'.join(lines)


def held(rows):
    """What must hold at every step, and whether it did."""
    # A single step is as slow as whatever else the machine does in those seconds.
    few = min(3, len(rows))
    first = statistics.median(row['accept_per_second'] for row in rows[:few])
    last = statistics.median(row['accept_per_second'] for row in rows[-few:])
    lines = [cells(['', 'bound', 'measured', 'held']), '|' + ' --- |' * 4]

    def row_of(name, bound, measured, holds):
        lines.append(cells([name, bound, measured, 'yes' if holds else '**no**']))

    def most(name, column, bound, unit):
        worst = max(row[column] for row in rows)
        row_of(name, f'at most {bound} {unit}', f'{worst:.3g} {unit}', worst <= bound)

    row_of(f'acceptance in the last steps, of that in the first (medians of {few})',
           'at least 0.8', f'{last / first:.2f}', last >= 0.8 * first)
    most('sealing while credentials come as fast as they can: acceptance waits so long for it',
         'loaded_seal_at_most_ms', 50, 'ms')
    most('the longest sealing while nothing else happens', 'seal_max_ms', 50, 'ms')
    most('longest time in which nobody was answered at full load, for any reason', 'accept_gap_ms',
         50, 'ms')
    most('acceptance at half of the top rate, p99', 'accept_half_p99_ms', 100, 'ms')
    most('proofs at half of the top rate, caches full, p99', 'prove_half_p99_ms', 2, 'ms')
    most('start-up after a kill', 'start_seconds', 10, 's')
    most('on disk while the node runs, a credential', 'disk_bytes_each', 110, 'B')
    return '\n'.join(lines)


def amount_of_time(seconds):
    for unit, size in (('d', 86400), ('h', 3600), ('min', 60)):
        if seconds >= 2 * size:
            return f'{seconds / size:,.0f} {unit}'
    return f'{seconds:.1f} s'


def carried(rows):
    last = rows[-1]
    each = last['disk_bytes_each']
    # What the slowest step reached, as if it stayed so.
    rate = min(row['accept_per_second'] for row in rows)
    checks = [row for row in rows if 'fsck_seconds' in row]
    check = checks[-1]['fsck_seconds'] / checks[-1]['stored'] if checks else 0
    start = max(row['start_seconds'] for row in rows)
    memory = max(row['memory_mib'] for row in rows)
    heads = ['', 'measured', 'at 1e9', 'at 1e10']
    lines = [cells(heads), '|' + ' --- |' * len(heads)]

    def row_of(name, measured, at):
        lines.append(cells([name, measured, at(1e9), at(1e10)]))

    row_of('disk', f'{each:.0f} B a credential', lambda n: f'{each * n / 2**40:,.2f} TiB')
    row_of('time to take them all', f'{rate:,.0f} a second at the slowest',
           lambda n: amount_of_time(n / rate))
    row_of('`kedge fsck`, which reads and computes everything', f'{check * 1e6:.2f} s a million',
           lambda n: amount_of_time(check * n))
    row_of('start-up after a kill', f'{start:.2f} s, the longest of all steps',
           lambda n: f'{start:.2f} s')
    row_of('resident memory: caches and buffers, bounded by settings (`node/store`)',
           f'{memory:,.0f} MiB at most', lambda n: 'the same once they are full')
    row_of('filters of the locator, if all stayed in memory (12 bits a key)', '1.5 B a credential',
           lambda n: f'{1.5 * n / 2**30:,.1f} GiB')
    row_of('pairs with the same 64-bit locator prefix, expected', 'n² / 2⁶⁵',
           lambda n: f'{n * n / 2**65:.3g}')
    return '\n'.join(lines)


def replace(content, name, words):
    begin, end = f'<!-- {name} -->', f'<!-- end of {name} -->'
    if begin not in content or end not in content:
        sys.exit(f'plot: no markers for {name}')
    head, rest = content.split(begin, 1)
    return f'{head}{begin}\n{words}\n{end}{rest.split(end, 1)[1]}'


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    _, source, picture, document, command, machine = sys.argv
    rows = read(source)
    with open(picture, 'w', encoding='utf-8') as file:
        file.write(svg(rows))
    with open(document, encoding='utf-8') as file:
        content = file.read()
    note = f'{datetime.date.today()}, `{command}`, on: {machine}.'
    content = replace(content, 'growth', table(rows, note))
    content = replace(content, 'held', held(rows))
    content = replace(content, 'carried further', carried(rows))
    with open(document, 'w', encoding='utf-8') as file:
        file.write(content)


if __name__ == '__main__':
    main()
