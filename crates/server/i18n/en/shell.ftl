# The frame around every page: navigation, account, sign-in, errors, buttons.

product = Radost
page-title = { $title } · Radost
skip-to-content = Skip to the content

nav-label = Main
nav-menu = Menu
nav-overview = Overview
nav-listen = Listen
nav-surveys = Surveys
nav-collect = Collect
nav-responses = Responses
nav-import = Import
nav-explain = Explain
nav-breakdown = Breakdown
nav-trend = Trend
nav-drivers = Drivers
nav-kano = Kano
nav-index = Index
nav-segments = Segments
nav-tuning = Tuning
nav-value = Value map
nav-benchmarks = Benchmarks
nav-kpis = KPIs
nav-retain = Retain
nav-customers = Customers
nav-team = Team
nav-locations = Locations
nav-employees = Employees
nav-settings = Settings
nav-users = Users
nav-api-keys = API keys
nav-audit = Audit log
nav-workspace = Workspace

breadcrumbs = Where you are
account-menu = Account
sign-out = Sign out
language = Language
theme = Appearance
theme-auto = As on the device
theme-light = Light
theme-dark = Dark

login-title = Sign in
login-lead = Hear your customers, and see what to do next.
login-email = E-mail
login-password = Password
login-submit = Sign in
login-failed = The e-mail or the password is not right. Check both and try again.
login-too-many = Too many attempts. Wait a quarter of an hour and try again.
login-signed-out = You are signed out.
login-expired = You were away for a while. Please sign in again.

error-404-title = There is no such page
error-404-body = The address may be mistyped, or what was here has been removed.
error-403-title = This is not open to you
error-403-body = Your role does not include this page. Ask whoever runs your workspace if you need it.
error-500-title = Something went wrong on our side
error-500-body = Please try again in a moment. If it happens again, tell the administrator the code below.
error-503-title = Too busy for a moment
error-503-body = The server has more to do than it can. Try again in a few seconds.
error-form-expired-title = This form is out of date
error-form-expired-body = The page stood open too long. Go back, reload it and send it again.
error-code = Code: { $code }
error-to-overview = To the overview
error-to-start = To the start page

save = Save
cancel = Cancel
create = Create
add = Add
edit = Edit
delete = Delete
remove = Remove
close = Close
back = Back
continue = Continue
search = Search
open = Open
download = Download
upload = Upload
preview = Preview
publish = Publish
copy = Copy
copied = Copied
show-all = Show all
more-actions = More actions
confirm-title = Are you sure?
confirm = Yes, go on

required = required
optional = optional
saved = Saved.
created = Created.
deleted = Deleted.
form-has-errors = { $n ->
    [one] One field needs your attention.
   *[other] { $n } fields need your attention.
}
