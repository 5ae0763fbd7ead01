# Words that many pages share: verdicts, numbers, tables, filters, dates.

verdict-higher = higher
verdict-lower = lower
verdict-no-clear-difference = no clear difference
verdict-too-few = not enough responses yet
compared-with-previous = against the period before
withheld = not enough responses yet
withheld-why = Shown from { $n } responses on, so that no one can be recognised.

stat-n = n = { $n }
stat-interval = { $level } interval: { $interval }
responses-count = { $n ->
    [one] { $n } response
   *[other] { $n } responses
}
rows-count = { $n ->
    [one] { $n } row
   *[other] { $n } rows
}
customers-count = { $n ->
    [one] { $n } customer
   *[other] { $n } customers
}

chart-point = { $label }: { $value } [{ $interval }], n = { $n }
chart-point-withheld = { $label }: not enough responses yet
chart-as-table = The same as a table
chart-reference = { $label }: { $value }

table-empty = Nothing here yet
table-nothing-found = Nothing matches these filters
table-next = Next
table-first = To the beginning
table-pages = Pages of the table
table-export = Export
export-csv = CSV
export-xlsx = Excel

filter-label = Filters
filter-apply = Apply
filter-reset = Clear filters
filter-all = All
filter-from = From
filter-to = To
filter-period = Period
filter-survey = Survey
filter-location = Location
filter-channel = Channel
filter-language = Language
filter-search = Search
period-7-days = Last 7 days
period-30-days = Last 30 days
period-90-days = Last 90 days
period-12-months = Last 12 months
period-custom = Choose dates

yes = Yes
no = No
none = none
unknown = unknown
name = Name
code = Code
status = Status
created-at = Created
updated-at = Changed
total = Total
value = Value
interval = Interval

date-long = { $day } { $month } { $year }
date-short = { $day } { $month } { $year }
month-and-year = { $month } { $year }
date-and-time = { $date }, { $time }
ago-now = just now
ago-minutes = { $n } min ago
ago-hours = { $n } h ago
ago-days = { $n ->
    [one] yesterday
   *[other] { $n } days ago
}

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-of-1 = January
month-of-2 = February
month-of-3 = March
month-of-4 = April
month-of-5 = May
month-of-6 = June
month-of-7 = July
month-of-8 = August
month-of-9 = September
month-of-10 = October
month-of-11 = November
month-of-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
