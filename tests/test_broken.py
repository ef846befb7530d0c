"""Broken inputs, one file or folder a rule: each is refused with its place, and nothing is written.

Below the tables: odd inputs that are sound, and mutations of sound ones.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from house import BROKEN
from hypothesis import given, settings
from hypothesis import strategies as st

import bci
from bci.cli.group import group

SOUND = BROKEN / "sound"
INDICATORS = SOUND / "indicators"
SCHEME = SOUND / "scheme.yaml"

# Each rule, and below it every problem it must give: place, and words of the message, " ... " where some are
# left out. In the tables of schemes and findings the place is a line and column of the rule's own file.

SCHEMES = r"""
alias_without_anchor
    4:13: is not valid YAML: found undefined alias 'first'
anchor_alone
    9:14: scales.trade.anchors: needs 2 or more entries
anchor_and_alias
    4:13: anchor &first: write the value out instead
anchor_of_three
    9:23: scales.trade.anchors.1: takes at most 2 entries
anchor_score_outside
    9:29: scales.trade.anchors.1.1: must be less than or equal to 1 (found 1.5)
anchor_twice
    4:22: anchor &a: write the value out instead
    4:48: anchor &a: write the value out instead
anchor_value_too_large
    9:24: scales.trade.anchors.1.0: must be less than or equal to 1e+30 (found 1e+200)
anchor_without_score
    9:15: scales.trade.anchors.0: needs 2 or more entries
anchors_not_increasing
    9:35: scales.trade.anchors.2: anchor values must increase, but 0.1 follows 0.2
band_above_one
    5:23: bands.high: must be less than or equal to 1 (found 50)
band_nan
    5:23: bands.high: must be less than or equal to 1 (found nan)
bands_equal
    5:36: bands.high: bands must rise, but 0.5 follows 0.5 of middle
bands_none
    5:8: bands: needs 1 or more entries
bands_not_from_zero
    5:14: bands.low: the lowest band must start at 0 (found 0.1)
bands_out_of_order
    5:36: bands.middle: bands must rise, but 0.25 follows 0.5 of high
boolean_for_number
    4:22: dimensions.economic.weight: must be a number without quotes (found True)
bracket_open
    6:1: is not valid YAML: while parsing a flow mapping begun in ... ',' or '}', but got '<stream end>'
comma_decimal
    4:24: dimensions.economic.5: unknown key. It is not part of this format.
comments_only
    1:1: is empty; it must hold keys with values
control_character
    1:14: is not valid YAML: unacceptable character #x0007: special characters are not allowed
coverage_above_one
    6:29: missing.minimum_coverage: must be less than or equal to 1 (found 50)
coverage_negative
    6:29: missing.minimum_coverage: must be greater than or equal to 0 (found -0.1)
date_unquoted
    1:7: '2023-12-01' would be read as timestamp; put it in quotes, without a tag
dimension_named_index
    4:10: dimensions.index: the name index is taken; call the dimension something else
duplicate_indicator
    4:48: key 'trade' stands twice (first in line 4); keep one
duplicate_key
    6:1: key 'name' stands twice (first in line 1); keep one
empty
    1:1: is empty; it must hold keys with values
escape_too_large
    1:8: is not valid YAML: this escape is no character
foreign_key
    6:1: colour: unknown key. It is not part of this format.
goalposts_equal
    8:5: scales.trade: upper (0) must be above lower (0)
goalposts_reversed
    8:5: scales.trade: upper (0) must be above lower (1)
indicator_in_two_dimensions
    5:46: dimensions.political.indicators.trade: stands in economic already; keep one
indicator_named_like_dimension
    4:58: dimensions.economic.indicators.economic: names a dimension ... index; give it a name of its own
indicator_weights_all_zero
    4:13: dimensions.economic: all indicator weights are zero; give at least one more than 0
key_a_list
    6:1: a key must be plain text
key_half_a_character
    6:1: a key must be plain text
key_with_anchor
    1:1: a key must be plain text
latin_1
    6:23: byte 0xe9 is not UTF-8; save the file as UTF-8
list_for_mapping
    4:3: dimensions: must be keys with values (found a list)
list_on_top
    1:1: must be keys with values (found a list)
lone_surrogate
    1:7: an escape is half a character; write the character itself
mean_list
    6:27: aggregation.dimensions: "['arithmetic']" is not allowed; ... Did you mean 'arithmetic'?
mean_unknown
    6:27: aggregation.indicators: 'arithmetical' is not allowed; give ... Did you mean 'arithmetic'?
measure_for_stranger
    7:10: measures.traed: is no member of this scheme. Did you mean 'trade'?
measure_mean_unknown
    7:39: measures.trade.mean: 'geometrical' is not allowed; give ... Did you mean 'geometric'?
measure_unknown
    7:10: measures.trade: 'mutual_shares' is not allowed; give ... Did you mean 'mutual_share'?
measure_without_variables
    measures.trade: measure vote_similarity needs the variables ... no_no; found flow, share_a, share_b
member_without_indicator
    sound/indicators: scheme member_without_indicator needs ... there. Add <indicator>.csv, or weigh it 0
merge_key
    4:13: dimensions.economic: the key weight is missing
    4:14: dimensions.economic.<<: unknown key. It is not part of this format.
min_max_constant
    min_max_constant ... scale min_max of trade cannot be fitted ... choose anchors or goalposts
missing_key
    1:1: the key bands is missing
missing_rule_unknown
    6:17: missing.rule: 'rewieght' is not allowed; give 'reweight', ... Did you mean 'reweight'?
nested
    1:1: is nested too deeply; is it the right file?
no_indicators
    4:37: dimensions.economic.indicators: needs 1 or more entries
nothing_for_mapping
    4:1: dimensions: must be keys with values (found nothing)
nul
    6:17: a NUL byte stands here; this is no text file, or one in UTF-16; save it as UTF-8
number_for_mapping
    4:37: dimensions.economic.indicators: must be keys with values (found 1)
number_for_text
    1:7: name: must be text; put it in quotes if it is meant as text (found 2023)
odd_identifier
    4:3: dimensions.Économie 2: 'Économie 2' is not allowed; it must match ^[a-z][a-z0-9_]*$
odd_name
    1:7: name: 'my scheme' is not allowed; it must match ^[A-Za-z0-9][A-Za-z0-9_.-]*$
period_alone
    2:11: periods.0: must be a list (found 1992)
    2:17: periods.1: must be a list (found 1995)
period_length_zero
    2:19: periods.length: must be greater than or equal to 1 (found 0)
period_reversed
    2:11: periods.0: period 1995-1992 ends before it starts
period_year_two_digits
    2:28: periods.from: must be greater than or equal to 1800 (found 92)
    2:36: periods.to: must be greater than or equal to 1800 (found 95)
periods_none
    2:10: periods: needs 1 or more entries
periods_out_of_order
    2:25: periods.1: period 1992-1993 overlaps 1994-1995 or comes before it
periods_overlap
    2:25: periods.1: period 1993-1995 overlaps 1992-1993 or comes before it
periods_reversed_tiling
    2:10: periods: to (1992) lies before from (1995)
periods_word
    2:10: periods: 'anual' is not allowed; give 'annual'. Did you mean 'annual'?
power_text
    6:35: aggregation.dimensions.power: must be a number without quotes (found 'two')
power_too_large
    6:35: aggregation.dimensions.power: must be less than or equal to 1e+30 (found 1e+200)
quote_open
    6:1: is not valid YAML: while scanning a quoted scalar begun in line 1, found unexpected end of stream
quoted_number
    4:22: dimensions.economic.weight: must be a number without quotes (found '1')
scale_basis_unknown
    9:12: scales.trade.basis: 'callibrated' is not allowed; give ... Did you mean 'calibrated'?
scale_direction
    9:16: scales.trade.direction: '2' is not allowed; give 1 or -1.
scale_for_stranger
    8:5: scales.traed: is no member of this scheme. Did you mean 'trade'?
scale_unknown
    8:5: scales.trade: 'minmax' is not allowed; give 'anchors', ... 'rank'. Did you mean 'min_max'?
scale_without_method
    8:5: scales.trade: needs the key 'method'
several
    4:22: dimensions.economic.weight: must be a number without quotes (found 'one')
    5:14: bands.low: the lowest band must start at 0 (found 0.1)
    5:25: bands.high: bands must rise, but 0.05 follows 0.1 of low
    6:1: agregation: unknown key. Did you mean 'aggregation'?
    7:17: missing.rule: 'rewieght' is not allowed; give 'reweight', ... Did you mean 'reweight'?
spread_zero
    9:13: scales.trade.spread: must be greater than 0 (found 0)
tab
    4:1: is not valid YAML: found character '\t' that cannot start any token
tag
    4:22: '1' would be read as python/name:os.system; put it in quotes, without a tag
tag_on_mapping
    4:37: tag set: write the value without it
text_for_number
    4:22: dimensions.economic.weight: must be a number without quotes (found 'one')
text_on_top
    1:1: must be keys with values (found 'papageorgiou-equal')
two_documents
    6:1: is not valid YAML: expected a single document in the stream ... 1, but found another document
unknown_key
    6:1: agregation: unknown key. Did you mean 'aggregation'?
unknown_key_inside
    4:25: dimensions.economic.wieght: unknown key. Did you mean 'weight'?
utf_16
    1:1: byte 0xff is not UTF-8; save the file as UTF-8
version_text
    6:10: version: must be a whole number without quotes (found 'one')
weight_infinite
    4:22: dimensions.economic.weight: must be a finite number (found inf)
weight_infinite_capital
    4:22: dimensions.economic.weight: must be a finite number (found inf)
weight_nan
    4:22: dimensions.economic.weight: must be a finite number (found nan)
weight_negative
    4:45: dimensions.economic.indicators.trade: must be greater than or equal to 0 (found -0.2)
weight_overflow
    4:22: dimensions.economic.weight: must be a finite number (found inf)
weight_too_large
    4:22: dimensions.economic.weight: must be less than or equal to 1e+30 (found 1e+308)
    5:23: dimensions.political.weight: must be less than or equal to 1e+30 (found 1e+308)
weight_too_small
    4:22: dimensions.economic.weight: must be 0, or at least 1e-30 (found 4.94066e-324)
weights_all_zero
    4:3: dimensions: all dimension weights are zero; give at least one more than 0
yaml_1_1
    1:1: directives are not read; take the line out
"""

FOLDERS = r"""
bars
    trade.csv:1:1: is separated by bars; save it with commas
blank_lines_only
    trade.csv:1:1: is empty; its first line must be iso3_a,iso3_b,year,flow,share_a
column_missing
    trade.csv:1:1: column flow is missing; the columns are iso3_a, ... share_b, source, quality, note
column_misspelt
    trade.csv:1:1: column share_b is missing; the columns are iso3_a, ... share_b, source, quality, note
    trade.csv:1:6: unknown column 'shareb'. Did you mean 'share_b'? ... under variables, or take it out
column_twice
    trade.csv:1:5: column 'flow' stands twice; keep one
column_unknown
    trade.csv:1:10: unknown column 'balance'. Declare it under variables, or take it out
columns_in_capitals
    trade.csv:1:1: has no header; its first line must be iso3_a,iso3_b,year,flow,share_a
count_fractional
    nuclear.csv:2:4: count: 2.5 is no count; write a whole number
count_negative
    nuclear.csv:2:4: count: -1 is negative; this cannot be less than 0
country_ambiguous_congo
    trade.csv:2:2: iso3_b: 'Congo' may be COD (DR Congo) or COG (Republic of the Congo); use the code.
country_ambiguous_korea
    trade.csv:2:2: iso3_b: 'Korea' may be KOR (South Korea) or PRK (North Korea); use the code.
country_empty
    trade.csv:2:2: iso3_b: '' is no country; write its ISO code, such as CHN, or its name
country_number
    trade.csv:2:2: iso3_b: '365' is no country; write its ISO code, such as CHN, or its name
country_unknown
    trade.csv:2:2: iso3_b: 'Rusia' is no known country. Did you mean 'Russia'?
definition_anchor_score_outside
    nuclear.yaml:8:40: scale.anchors.0.1: must be greater than or equal to 0 (found -1)
definition_anchors_not_increasing
    nuclear.yaml:8:44: scale.anchors.1: anchor values must increase, but 0 follows 0
definition_beside_others
    nuclear.yaml: defines an indicator without figures; add nuclear.csv beside it
definition_coverage_reversed
    nuclear.yaml:9:11: coverage: to (1992) lies before from (1995)
definition_empty
    nuclear.yaml:1:1: is empty; it must hold keys with values
definition_goalposts_reversed
    nuclear.yaml:8:8: scale: upper (5) must be above lower (5)
definition_id_unlike_file
    nuclear.yaml:1:5: id: 'nuclear_energy' is not the name of the file, 'nuclear'
definition_key_twice
    nuclear.yaml:10:1: key 'unit' stands twice (first in line 4); keep one
definition_key_unknown
    nuclear.yaml:1:1: the key unit is missing
    nuclear.yaml:4:1: units: unknown key. Did you mean 'unit'?
definition_measure_unknown
    nuclear.yaml:5:10: measure: 'counts' is not allowed; give ... Did you mean 'count'?
definition_measure_without_variables
    nuclear.yaml:1:1: measure share needs the variables part, total; found count
definition_scale_unknown
    nuclear.yaml:8:8: scale: 'goalpost' is not allowed; give ... 'rank'. Did you mean 'goalposts'?
definition_variable_odd
    nuclear.yaml:7:3: variables.Count: 'Count' is not allowed; it must match ^[a-z][a-z0-9_]*$
definition_without_table
    nuclear.yaml: defines an indicator without figures; add nuclear.csv beside it
definition_yml
    nuclear.csv: no indicator 'nuclear' is defined; add nuclear.yaml beside it.
    nuclear.yml: is not read under this name; call it nuclear.yaml
directory_for_file
    trade.csv: is a directory; give a file
dyad_in_both_orders
    trade.csv:3:1: iso3_a: RUS,CHN must be stored as CHN,RUS; turn ... that end in _a and _b with it
dyad_in_wrong_order
    trade.csv:2:1: iso3_a: RUS,CHN must be stored as CHN,RUS; turn ... that end in _a and _b with it
dyad_with_itself
    trade.csv:2:2: iso3_b: CHN with itself is no dyad
dyad_year_twice
    trade.csv:4:3: year: CHN-RUS 1992 stands in line 2 already; keep one
dyad_year_twice_by_name
    trade.csv:3:3: year: CHN-RUS 1992 stands in line 2 already; keep one
empty
    trade.csv:1:1: is empty; its first line must be iso3_a,iso3_b,year,flow,share_a
event_column_missing
    nuclear_events.csv:1:1: column place is missing; the columns are ... place, source, quality, note
event_country_unknown
    nuclear_events.csv:3:2: iso3_b: 'Rusia' is no known country. Did you mean 'Russia'?
event_date
    nuclear_events.csv:3:4: date: '19/12/1992' is no date; write 2003, 2003-08 or 2003-08-06
event_date_dashes
    nuclear_events.csv:3:4: date: '1-992-12-1' is no date; write 2003, 2003-08 or 2003-08-06
event_date_impossible
    nuclear_events.csv:3:4: date: '1992-02-31' is no date; write 2003, 2003-08 or 2003-08-06
event_date_superscript
    nuclear_events.csv:3:4: date: '19²2' is no date; write 2003, 2003-08 or 2003-08-06
event_kind_empty
    nuclear_events.csv:3:6: kind: is empty; every event needs one
event_month_impossible
    nuclear_events.csv:3:4: date: '1992-13' is no date; write 2003, 2003-08 or 2003-08-06
event_quality_unknown
    nuclear_events.csv:3:9: quality: 'E' is not allowed; give A, B or C
event_source_empty
    nuclear_events.csv:3:8: source: is empty; give the id of a source in sources.yaml
event_source_unknown
    nuclear_events.csv:3:8: source: source 'cwo' is not in sources.yaml. Did you mean 'cow'?
events_by_name_unlike_count
    nuclear.csv:2:4: count: 2 is not the number of listed events that count, 1; mend one
events_file_directory
    nuclear_events.csv: is a directory; give a file
events_file_missing
    nuclear_events.csv: no such file
events_file_name
    nuclear.yaml:10:16: events.file: '../list.csv' is not allowed; it ... ^[a-z][a-z0-9_]*_events\.csv$
events_unlike_count
    nuclear.csv:2:4: count: 2 is not the number of listed events that count, 1; mend one
events_without_count
    nuclear.yaml:1:1: events stand behind a count; name the variable ... them count, or take events out
fields_too_few
    trade.csv:3:1: 6 fields where the header has 9; put text with commas in quotes
fields_too_many
    trade.csv:3:1: 11 fields where the header has 9; put text with commas in quotes
header_absent
    trade.csv:1:1: has no header; its first line must be iso3_a,iso3_b,year,flow,share_a
header_only
    trade.csv:1:1: holds no rows; write one a dyad-year below the header
latin_1
    trade.csv:2:41: byte 0xf4 is not UTF-8; save the file as UTF-8
latin_1_after_mark
    trade.csv:2:41: byte 0xf4 is not UTF-8; save the file as UTF-8
many_problems
    trade.csv:2:2: iso3_b: 'Rusia' is no known country. Did you mean 'Russia'?
    trade.csv:2:4: flow: 'NaN' is no number; write digits with a decimal point, or leave it empty
    trade.csv:3:7: source: source 'cwo' is not in sources.yaml. Did you mean 'cow'?
    trade.csv:3:8: quality: 'D' is not allowed; give A, B or C
    trade.csv:4:1: 4 fields where the header has 9; put text with commas in quotes
nul
    trade.csv:2:41: a NUL byte stands here; this is no text file, or one in UTF-16; save it as UTF-8
number_arabic_digits
    trade.csv:2:4: flow: '٥١٨١' is no number; write digits with a decimal point, or leave it empty
number_comma_decimal
    trade.csv:2:5: share_a: '0,0313' is no number; write digits with a decimal point, or leave it empty
number_comma_unquoted
    trade.csv:2:1: 10 fields where the header has 9; put text with commas in quotes
number_infinite
    trade.csv:2:4: flow: 'inf' is no number; write digits with a decimal point, or leave it empty
number_missing_marker
    trade.csv:2:4: flow: -9 is negative; this cannot be less than 0
    trade.csv:3:4: flow: 'n/a' is no number; write digits with a decimal point, or leave it empty
number_nan
    trade.csv:2:4: flow: 'NaN' is no number; write digits with a decimal point, or leave it empty
number_overflow
    trade.csv:2:4: flow: '1e999' is no number; write digits with a decimal point, or leave it empty
number_percent
    trade.csv:2:5: share_a: '3.13%' is no number; write digits with a decimal point, or leave it empty
number_text
    trade.csv:2:4: flow: 'about 5000' is no number; write digits with a decimal point, or leave it empty
number_thousands
    trade.csv:2:4: flow: '5,181' is no number; write digits with a decimal point, or leave it empty
number_too_large
    trade.csv:2:4: flow: 1e300 is no figure; give 0, or a size from 1e-30 to 1e+30
    trade.csv:3:4: flow: 1e-300 is no figure; give 0, or a size from 1e-30 to 1e+30
number_underscore
    trade.csv:2:4: flow: '5_181' is no number; write digits with a decimal point, or leave it empty
number_unicode_minus
    trade.csv:2:4: flow: '−5181' is no number; write digits with a decimal point, or leave it empty
quality_empty
    trade.csv:3:8: quality: '' is not allowed; give A, B or C
quality_unknown
    trade.csv:3:8: quality: 'D' is not allowed; give A, B or C
quote_inside
    trade.csv:2:1: is not valid CSV from here on: ',' expected after ... and double those inside quotes
quote_unclosed
    trade.csv:3:1: is not valid CSV from here on: unexpected end of ... and double those inside quotes
semicolons
    trade.csv:1:1: is separated by semicolons; save it with commas
several_files
    nuclear.yaml:1:1: the key unit is missing
    nuclear.yaml:4:1: units: unknown key. Did you mean 'unit'?
    sources.yaml:2:3: cow: the key licence is missing
    sources.yaml:5:3: cow.license: unknown key. Did you mean 'licence'?
    trade.csv:2:2: iso3_b: 'Rusia' is no known country. Did you mean 'Russia'?
several_in_events
    nuclear.csv:2:4: count: 'two' is no number; write digits with a decimal point, or leave it empty
    nuclear_events.csv:2:4: date: '18.12.1992' is no date; write 2003, 2003-08 or 2003-08-06
    nuclear_events.csv:3:8: source: source 'cwo' is not in sources.yaml. Did you mean 'cow'?
share_above_one
    trade.csv:2:5: share_a: 3.13 is no share; write 0..1 (12 percent is 0.12)
share_negative
    trade.csv:2:5: share_a: -0.0313 is negative; this cannot be less than 0
source_among_several_unknown
    trade.csv:2:7: source: source 'imf' is not in sources.yaml.
source_empty
    trade.csv:3:7: source: is empty; give the id of a source in sources.yaml
source_file_missing
    trade.csv:2:7: source: source 'cow' is not in sources.yaml.
source_unknown
    trade.csv:3:7: source: source 'cwo' is not in sources.yaml. Did you mean 'cow'?
sources_empty
    sources.yaml:1:1: is empty; it must hold keys with values
    trade.csv:2:7: source: source 'cow' is not in sources.yaml.
sources_invalid
    sources.yaml:3:1: is not valid YAML: found character '\t' that cannot start any token
sources_key_missing
    sources.yaml:2:3: cow: the key licence is missing
sources_latin_1
    sources.yaml:3:18: byte 0xe9 is not UTF-8; save the file as UTF-8
sources_yml
    sources.yml: is not read under this name; call it sources.yaml
    trade.csv:2:7: source: source 'cow' is not in sources.yaml.
table_misnamed
    trades.csv: no indicator 'trades' is defined; add trades.yaml beside it. Did you mean 'trade'?
table_without_definition
    nuclear.csv: no indicator 'nuclear' is defined; add nuclear.yaml beside it.
tabs
    trade.csv:1:1: is separated by tabs; save it with commas
total_below_flow
    nuclear.csv:2:5: total_a: 4 is smaller than its part, flow = 5
total_below_part
    nuclear.csv:2:5: total: 4 is smaller than its part, part = 5
utf_16
    trade.csv:1:1: byte 0xff is not UTF-8; save the file as UTF-8
utf_16_without_mark
    trade.csv:1:2: a NUL byte stands here; this is no text file, or one in UTF-16; save it as UTF-8
without_tables
    without_tables: holds no <indicator>.csv; bci init writes a starter
year_decimal
    trade.csv:2:3: year: '1992.0' is no year; write four digits
year_outside_coverage
    trade.csv:2:3: year: 1991 lies outside the coverage 1992-2023 that trade.yaml declares
year_short
    trade.csv:2:3: year: '92' is no year; write four digits
    trade.csv:3:3: year: '93' is no year; write four digits
year_superscript
    trade.csv:2:3: year: '²⁰²²' is no year; write four digits
year_text
    trade.csv:2:3: year: 'nineteen ninety-two' is no year; write four digits
"""

FINDINGS = r"""
claim_order
    13:12: findings.0.claim: 'trade above moderate' cannot be read; ... not_monotone, no_abrupt_change
claim_trend
    13:12: findings.0.claim: 'higher than in 1992-1993' cannot be ... not_monotone, no_abrupt_change
class_unknown
    16:12: findings.0.class: 'STATD' is not allowed; give 'STATED', ... Did you mean 'STATED'?
id_twice
    18:5: findings.1: id 'rise' stands twice
key_unknown
    8:5: findings.0: the key level is missing
    9:5: findings.0.levle: unknown key. Did you mean 'level'?
period_text
    11:13: findings.0.period: must be a list (found '1992-1995')
periods_reversed
    2:10: periods: to (1992) lies before from (1995)
source_key_missing
    6:12: sources.article: the key read is missing
source_none
    17:14: findings.0.sources: needs 1 or more entries
source_undefined
    8:5: findings.0: source 'artikel' is not among the sources
type_unknown
    12:11: findings.0.type: 'trends' is not allowed; give 'band', ... or 'trend'. Did you mean 'trend'?
"""


def read_table(table: str) -> dict[str, list[str]]:
    """Rule -> its problems."""
    rules: dict[str, list[str]] = {}
    problems: list[str] = []
    for line in table.strip().splitlines():
        if line.startswith(" "):
            problems.append(line.strip())
        else:
            problems = rules[line] = []
    return rules


def in_own_file(table: str) -> dict[str, list[str]]:
    """The same, the name of the rule's file put before line and column."""
    return {
        rule: [f"/{rule}.yaml:{words}" if words[0].isdigit() else words for words in problems]
        for rule, problems in read_table(table).items()
    }


schemes, folders, findings = in_own_file(SCHEMES), read_table(FOLDERS), in_own_file(FINDINGS)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(group, [str(arg) for arg in args], prog_name="bci")


def assert_refused(result: Result, *expected: str) -> None:
    assert result.exit_code == 3, (result.exception, result.output)
    *problems, total = result.stderr.splitlines()
    assert len(problems) == len(expected), result.stderr
    for problem, words in zip(problems, expected, strict=True):
        assert all(word in problem for word in words.split(" ... ")), (words, problem)
    assert total == f"{len(expected)} problem{'s' * (len(expected) != 1)}. Nothing was written."
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("rule", schemes)
@pytest.mark.parametrize("command", [["validate"], ["score", "--weights"]], ids=lambda words: words[0])
def test_a_broken_scheme(command: list[str], rule: str) -> None:
    # A scale can be fitted to any values that vary; only this rule is about those that do not.
    data = BROKEN / "constant" if rule == "min_max_constant" else INDICATORS
    assert_refused(run(*command, BROKEN / "schemes" / f"{rule}.yaml", "-i", data), *schemes[rule])


@pytest.mark.parametrize("rule", folders)
def test_a_broken_folder_of_indicators(rule: str) -> None:
    assert_refused(run("validate", "--indicators", BROKEN / "indicators" / rule), *folders[rule])


@pytest.mark.parametrize("rule", findings)
def test_broken_findings(rule: str) -> None:
    path = BROKEN / "findings" / f"{rule}.yaml"
    assert_refused(run("replicate", "-i", INDICATORS, "-w", SCHEME, "--findings", path), *findings[rule])


@pytest.mark.parametrize(
    ("folder", "rules"), [("schemes", schemes), ("indicators", folders), ("findings", findings)]
)
def test_every_case_stands_in_a_table(folder: str, rules: dict[str, list[str]]) -> None:
    assert {path.stem for path in (BROKEN / folder).iterdir()} == set(rules)
    assert all(rules.values())


@pytest.mark.parametrize(
    "args",
    [
        ["validate"],
        ["score"],
        ["explain", "1992"],
        ["compare", "papageorgiou-equal", "military-first"],
        ["replicate"],
        ["indicators"],
        ["indicators", "trade"],
    ],
    ids=" ".join,
)
def test_every_command_that_reads_figures_says_the_same(args: list[str]) -> None:
    expected = folders["many_problems"]
    assert len(expected) == 5
    assert_refused(run(*args, "-i", BROKEN / "indicators" / "many_problems"), *expected)


@pytest.mark.parametrize(
    "args",
    [
        ["validate"],
        ["score", "-w"],
        ["explain", "1992", "-w"],
        ["compare", "papageorgiou-equal"],
        ["replicate", "-w"],
    ],
    ids=lambda args: args[0],
)
def test_every_command_that_reads_a_scheme_says_the_same(args: list[str]) -> None:
    expected = schemes["several"]
    assert len(expected) == 5
    assert_refused(run(*args, BROKEN / "schemes" / "several.yaml", "-i", INDICATORS), *expected)


def test_figures_and_schemes_are_refused_together() -> None:
    there = BROKEN / "schemes"
    result = run(
        "validate",
        there / "weight_nan.yaml",
        there / "nowhere.yaml",
        "-i",
        BROKEN / "indicators" / "year_text",
    )
    expected = [*folders["year_text"], "/nowhere.yaml: no such file", *schemes["weight_nan"]]
    assert_refused(result, *expected)


def test_the_library_raises_what_the_command_prints() -> None:
    with pytest.raises(bci.InputError, match="'NaN' is no number") as caught:
        bci.load_indicators(BROKEN / "indicators" / "many_problems")
    places = [(Path(p.place).name, p.line, p.column) for p in caught.value.problems]
    assert places == [
        ("trade.csv", 2, 2),
        ("trade.csv", 2, 4),
        ("trade.csv", 3, 7),
        ("trade.csv", 3, 8),
        ("trade.csv", 4, 1),
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--dyad", "XYZ-RUS"], ["dyad ... 'XYZ' is no known country"]),
        (["--dyad", "China-Rusia"], ["dyad ... 'Rusia' is no known country. Did you mean 'Russia'?"]),
        (["--dyad", "Korea-China"], ["dyad ... 'Korea' may be KOR (South Korea) or PRK (North Korea)"]),
        (["--dyad", "CHN-CHN"], ["dyad ... 'CHN-CHN' is CHN twice; a dyad needs two different countries"]),
        (
            ["--dyad", "China"],
            ["dyad ... 'China' is not two countries; join two names or codes, as in CHN-RUS"],
        ),
        (["--dyad", ""], ["dyad ... '' is not two countries"]),
        (["--dyad", "²-³"], ["dyad ... '²' is no name"]),
        (["--dyad", "CHN-USA"], ["dyad ... CHN-USA is not in the data, which hold CHN-RUS"]),
        (
            ["--dyad", "XYZ-RUS", "--dyad", "CHN-USA"],
            ["dyad ... 'XYZ' is no", "dyad ... CHN-USA is not in the data"],
        ),
        (
            ["--period", "soon"],
            ["period ... 'soon' cannot be read; give annual, decade, a length such as 5-year"],
        ),
        (["--period", ""], ["period ... '' cannot be read"]),
        (["--period", "0-year"], ["period ... '0-year' cannot be read"]),
        (["--period", "²⁰²⁰"], ["period ... '²⁰²⁰' cannot be read"]),
        (["--period", "1995-1992"], ["period 1995-1992 ends before it starts"]),
        (["--period", "1992-1994,1993-1995"], ["period 1993-1995 overlaps 1992-1994"]),
        (["--period", "1993,1992-1991"], ["period 1992-1991 ends before it starts"]),
        (["--period", "0000-9999"], ["period 0-9999 leaves the years 1800-2200"]),
        (["--from", "1995", "--to", "1992"], ["the years run from 1995 to 1992; nothing lies between"]),
        (["--from", "0"], ["the years run from 0 to 1995; stay within 1800-2200"]),
        (["--to", "999999999", "--period", "annual"], ["the years run from 1992 to 999999999; stay"]),
        (["--period", "1992-1993", "--from", "1994"], ["none of 1992-1993 lies inside"]),
        (["--weights", "nowhere.yaml"], ["nowhere.yaml: no such file"]),
        (["--weights", SOUND], ["/sound: is a directory; give a file"]),
        (["--weights", f"{'long' * 80}.yaml"], ["long.yaml: cannot be read: File name too long"]),
        (["--weights", "miltary-first"], ["no scheme 'miltary-first'. Did you mean 'military-first'?"]),
        (
            ["--indicators", SOUND / "nowhere"],
            ["/nowhere: is not a folder; give the folder that holds the indicators"],
        ),
        (["--indicators", SCHEME], ["/scheme.yaml: is not a folder"]),
        (["--indicators", "long" * 80], ["long: cannot be read: File name too long"]),
    ],
)
def test_a_wrong_option(args: list[str | Path], expected: list[str]) -> None:
    assert_refused(run("score", "--indicators", INDICATORS, "--weights", SCHEME, *args), *expected)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["explain", "soon"], "period ... 'soon' is no period; write 1992-1995, or a single year"),
        (["explain", "1995-1992"], "period 1995-1992 ends before it starts"),
        (["explain", "9999"], "period 9999 leaves the years 1800-2200"),
        (["indicators", "trad"], "there is no 'trad'. Did you mean 'trade'?"),
        (["replicate", "--findings", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["replicate", "--findings", SOUND], "/sound: is a directory; give a file"),
    ],
    ids=lambda args: " ".join(map(str, args[:2])) if isinstance(args, list) else "",
)
def test_a_wrong_argument(args: list[str | Path], expected: str) -> None:
    assert_refused(run(*args, "--indicators", INDICATORS), expected)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("there.csv", [], "/there.csv: exists already; give --force to replace it"),
        ("", [], ": exists already; give --force to replace it"),
        ("", ["--force"], ": cannot be written: Is a directory"),
        ("nowhere/new.csv", [], "/nowhere/new.csv: cannot be written: No such file or directory"),
        ("there.csv/new.csv", [], "/there.csv/new.csv: cannot be written: Not a directory"),
        ("n" * 300, [], "n: cannot be written: File name too long"),
    ],
)
def test_what_cannot_be_written_leaves_everything_as_it_was(
    tmp_path: Path, name: str, options: list[str], expected: str
) -> None:
    (tmp_path / "there.csv").write_text("mine")
    target = tmp_path / name
    assert_refused(
        run("score", "-i", INDICATORS, "-w", SCHEME, "-f", "csv", "-o", target, *options), expected
    )
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text() == "mine"


@pytest.mark.parametrize(
    "folder", [INDICATORS, BROKEN / "indicators" / "number_nan"], ids=lambda path: path.name
)
def test_nothing_is_written_where_something_is_wrong(tmp_path: Path, folder: Path) -> None:
    result = run(
        "score", "-i", folder, "-w", BROKEN / "schemes" / "weight_nan.yaml", "-o", tmp_path / "new.csv"
    )
    # What is wrong with the figures and with the scheme is told at once.
    assert_refused(result, *(folders["number_nan"] if folder != INDICATORS else ()), *schemes["weight_nan"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("", [], ": exists and is not an empty folder; name a new one"),
        ("there.txt", [], "/there.txt: exists and is not an empty folder"),
        ("there.txt/new", [], "/there.txt/new: cannot be made: Not a directory"),
        ("new", ["--dyad", "CHN-CHN"], "dyad ... 'CHN-CHN' is CHN twice"),
        ("new", ["--dyad", "CHN-Rusia"], "dyad ... 'Rusia' is no known country. Did you mean 'Russia'?"),
    ],
)
def test_init_leaves_what_is_there_alone(
    tmp_path: Path, name: str, options: list[str], expected: str
) -> None:
    (tmp_path / "there.txt").write_text("mine")
    assert_refused(run("init", tmp_path / name, *options), expected)
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]
    assert (tmp_path / "there.txt").read_text() == "mine"


def test_a_starter_in_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "\udcff"
    result = run("init", folder, "--quiet")
    if result.exit_code == 3:
        pytest.skip("this file system takes no name that is not UTF-8")
    assert result.exit_code == 0, result.exception
    assert "\\udcff/weights.yaml" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "expected"),
    [("nowhere.csv", "no such file"), ("trade.csv", "cannot be read: Too many levels of symbolic links")],
)
def test_a_link_that_leads_nowhere(tmp_path: Path, target: str, expected: str) -> None:
    # Anybody meets these two, root included: a link to a file that is gone, and one to itself.
    (tmp_path / "trade.csv").symlink_to(tmp_path / target)
    assert_refused(run("score", "-i", tmp_path), f"/trade.csv: {expected}")


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    shutil.copytree(INDICATORS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "trade.csv").chmod(0)
    if os.access(tmp_path / "trade.csv", os.R_OK):
        pytest.skip("this user may read every file, whatever its mode")
    assert_refused(run("score", "-i", tmp_path), "/trade.csv: cannot be read: Permission denied")


def cells_quoted(raw: bytes) -> bytes:
    written = io.StringIO()
    rows = csv.reader(io.StringIO(raw.decode()))
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()


LIKE: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "byte order mark": ("*", lambda raw: b"\xef\xbb\xbf" + raw),
    "CRLF line ends": ("*", lambda raw: raw.replace(b"\n", b"\r\n")),
    "CR line ends, as on old Macs": ("*", lambda raw: raw.replace(b"\n", b"\r")),
    "no line end at the end": ("*", lambda raw: raw.rstrip(b"\n")),
    "blank lines at the end": ("*", lambda raw: raw + b"\n\n \n"),
    "rows of nothing but commas": ("*.csv", lambda raw: raw + b",,,,,,,,\n,,\n"),
    "all cells quoted": ("*.csv", cells_quoted),
    "a comma in a note": (
        "trade.csv",
        lambda raw: raw.replace(b"no figure", b'"none, as yet; 3,5 ""or so"""'),
    ),
    "a line end in a note": ("trade.csv", lambda raw: raw.replace(b"no figure", b'"no\nfigure"')),
    "names for codes": ("*.csv", lambda raw: raw.replace(b"CHN,RUS", b"China,Russia")),
    "long names": (
        "*.csv",
        lambda raw: raw.replace(b"CHN,RUS", b'"China, P.R.: Mainland",Russian Federation'),
    ),
    "codes of two letters": ("*.csv", lambda raw: raw.replace(b"CHN,RUS", b" cn , ru ")),
    "rows turned round": (
        "*.csv",
        lambda raw: b"".join([*raw.splitlines(True)[:1], *raw.splitlines(True)[:0:-1]]),
    ),
    "keys in quotes": (
        "*.yaml",
        lambda raw: raw.replace(b"cow:", b'"cow":').replace(b"  title:", b"  'title':"),
    ),
    "comments": ("*.yaml", lambda raw: b"# a\n" + raw.replace(b"\n", b" # b\n")),
}


@pytest.mark.parametrize("how", LIKE)
def test_the_same_written_otherwise_is_read_the_same(tmp_path: Path, how: str) -> None:
    pattern, turned = LIKE[how]
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob(pattern) if path.is_file()}
    after = {path: turned(raw) for path, raw in before.items()}
    assert before != after
    for path, raw in after.items():
        path.write_bytes(raw)
    for command in (["validate", "scheme.yaml"], ["score", "-w", "scheme.yaml"]):
        *args, scheme = command
        there, here = (
            run(*args, folder / scheme, "-i", folder / "indicators", "-f", "csv")
            for folder in (SOUND, tmp_path)
        )
        assert here.exit_code == 0, here.stderr
        assert here.stdout == there.stdout


def test_an_empty_cell_is_missing_and_no_zero() -> None:
    values = bci.load_indicators(INDICATORS).values()["trade"]
    assert values.isna().to_dict() == {("CHN", "RUS", year): year == 1994 for year in range(1992, 1996)}
    lines = run("score", "-i", INDICATORS, "-w", SCHEME, "-f", "csv").stdout.splitlines()
    (trade,) = [line for line in lines if line.startswith("CHN,RUS,1994,1995,indicator,trade,")]
    assert trade.endswith(",0.5")


@pytest.mark.parametrize("dyad", ["NA-NO", "no:na", "NAM-NOR", "Namibia-Norway"])
def test_namibia_and_norway_are_countries(tmp_path: Path, dyad: str) -> None:
    shutil.copytree(INDICATORS, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"CHN,RUS", b"NA,NO"))
    result = run("score", "-i", tmp_path, "-w", SCHEME, "-f", "csv", "--dyad", dyad)
    assert result.exit_code == 0, result.stderr
    there = run("score", "-i", INDICATORS, "-w", SCHEME, "-f", "csv")
    assert result.stdout == there.stdout.replace("CHN,RUS", "NAM,NOR")


def test_yaml_is_read_as_it_looks(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_text(
        "'name': NO\n"
        '"version": 020\n'
        "periods: annual\n"
        "dimensions:\n"
        '  economic: {"weight": 1e-3, indicators: {"trade": 1}}\n'
        "  political: {weight: 3e-3, indicators: {nuclear: .5}}\n"
        "bands: {low: 0}\n"
    )
    scheme = bci.load_weights(path)
    assert (scheme.name, scheme.version) == ("NO", 20)
    assert [scheme.overall_weight(name) for name in ("trade", "nuclear")] == pytest.approx([0.25, 0.75])
    assert run("score", "-i", INDICATORS, "-w", path).exit_code == 0


def test_a_reader_that_stops_reading_is_no_failure() -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(bci.__file__).parents[1])}
    command = [sys.executable, "-m", "bci", "score", "-i", INDICATORS, "-w", SCHEME, "-q", "-f", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


SPLINTERS = [
    "", " ", "\t", "\n", "\r", ",", ";", ":", ": ", "- ", '"', "'", "{", "}", "[", "]", "#", "%", "&a ", "*a",
    "!!set ", "|", "? ", "<<: ", "---\n", "\\", '"\\ud800"', '"\\U99999999"', "\0", "\x07", "\ufeff", "²²²²",
    "١", "é", "\u2028", "null", "NO", "NaN", ".inf", "-1", "0", "1", "1e308", "5e-324", "1e999", "1_0",
    "9" * 400, "1992", "1799", "CHN", "Korea", "min_max", "vote_similarity", "[" * 300,
]  # fmt: skip
FILES = sorted(path.relative_to(SOUND).as_posix() for path in SOUND.rglob("*") if path.is_file())
splinters = st.sampled_from([splinter.encode() for splinter in SPLINTERS]) | st.binary(max_size=2)
edits = st.tuples(st.integers(0, 800), st.sampled_from(["a word", 0, 1, 5]), splinters)


def edited(raw: bytes, place: int, cut: str | int, splinter: bytes) -> bytes:
    """The text with a splinter for one of its words, or for so many bytes."""
    start = place % (len(raw) + 1)
    end = start + cut if isinstance(cut, int) else start
    words = list(re.finditer(rb"[^\s,:{}\[\]]+", raw))
    if cut == "a word" and words:
        start, end = words[place % len(words)].span()
    return raw[:start] + splinter + raw[end:]


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.sampled_from(FILES), st.lists(edits, min_size=1, max_size=2))
def test_any_mutation_is_read_or_refused(name: str, changes: list[tuple[int, str | int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copytree(SOUND, folder, dirs_exist_ok=True)) / name
        raw = path.read_bytes()
        for change in changes:
            raw = edited(raw, *change)
        path.write_bytes(raw)
        indicators, scheme = Path(folder) / "indicators", Path(folder) / "scheme.yaml"
        if name == "findings.yaml":
            result = run("replicate", "-i", indicators, "-w", scheme, "--findings", path)
        else:
            result = run("validate", scheme, "-i", indicators)
    assert result.exit_code in (0, 3), (result.exception, raw)
    if result.exit_code == 3:
        assert result.stdout == ""
        assert result.stderr.endswith("Nothing was written.\n")
