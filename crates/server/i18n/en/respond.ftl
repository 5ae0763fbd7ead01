# What customers see while they answer a survey.

respond-title = { $title } · { $who }
respond-title-step = { $step } – { $title } · { $who }
respond-title-errors = Please check: { $title } · { $who }
respond-step = Step { $n } of { $m }
respond-language = Language
respond-next = Continue
respond-finish = Send answers
respond-back = Back
respond-kept = Your answers are saved as you go. You can take a break and continue on this device within 30 days.
respond-kept-link = Your answers are saved as you go. You can take a break and continue with the same link within 30 days.
respond-required = required
respond-not-applicable = Does not apply to me
respond-choose-several = You can choose several.
respond-choose-up-to = Choose up to { $n }.
respond-up-to-characters = Up to { $n ->
    [one] { $n } character
   *[other] { $n } characters
}.

respond-errors = { $n ->
    [one] One answer needs another look
   *[other] { $n } answers need another look
}
respond-error-choose = Please choose an answer.
respond-error-choose-shown = Please choose one of the answers shown.
respond-error-choose-some = Please choose at least one answer.
respond-error-write = Please write an answer.
respond-error-number-missing = Please enter a number.
respond-error-date-missing = Please choose a day.
respond-error-tick = Please tick this box to continue.
respond-error-number = Please enter a number in digits, for example { $example }.
respond-error-date = Please enter a day, for example { $example }.
respond-error-too-many = Please choose at most { $most }; { $given } are chosen now.
respond-error-too-long = Please shorten this: at most { $most ->
    [one] { $most } character
   *[other] { $most } characters
}, and it has { $given } now.
respond-error-between = Please enter a value from { $min } to { $max }.
respond-error-at-least = Please enter { $min } or more.
respond-error-at-most = Please enter { $max } or less.
respond-error-date-between = Please choose a day from { $min } to { $max }.
respond-error-date-from = Please choose { $min } or a later day.
respond-error-date-until = Please choose { $max } or an earlier day.
respond-error-whole = Please enter a whole number.
respond-error-decimals = Please enter at most { $n ->
    [one] { $n } digit
   *[other] { $n } digits
} after the decimal point.
respond-error-empty = Nothing is answered yet. One answer is enough.

respond-thanks = Thank you!
respond-thanks-received = Your answers have arrived. You can close this page.
respond-answered-title = You have already answered
respond-answered-body = Your answers have arrived, thank you. This personal link works once.
respond-closed-title = This survey is closed
respond-closed-body = It takes no more answers. Thank you for wanting to tell us.
respond-missing-title = There is no survey here
respond-missing-body = The link may be incomplete. Please open it once more, or ask whoever sent it to you.
respond-expired-title = Let us go on from where you were
respond-expired-body = This page was open for too long or in two windows. What you answered before is kept.
respond-expired-link = Continue the survey
respond-busy-title = One moment, please
respond-busy-body = There is much to do just now. What you sent before is kept: go back and send this page again in a few seconds.
respond-too-long-title = That was more text than fits
respond-too-long-body = Please go back and shorten your answer. What you answered before is kept.
respond-best-first = The best first.
respond-place = { $n }.
respond-best = Best
respond-worst = Worst
respond-phone-hint = Please write the number with the country: +359 88 123 4567.
respond-contact-name = Name
respond-contact-email = E-mail
respond-contact-phone = Telephone
respond-error-ranking = Please choose { $n ->
    [one] one option
   *[other] { $n } different options, one for each place
}.
respond-error-best-worst = Please choose one option as the best and another as the worst.
respond-error-email = Please write an e-mail address, such as olena@example.com.
respond-error-phone = Please write the number with + and the country, such as +359 88 123 4567.
respond-error-contact = Please fill in what is asked for: an e-mail address such as olena@example.com, a number such as +359 88 123 4567.
respond-go-on = Go on
