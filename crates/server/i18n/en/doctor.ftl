# What the survey doctor says in the editor.

doctor = Survey doctor
doctor-none = No remarks: nothing here spoils answers.
doctor-count = { $n ->
    [one] One remark. It keeps nothing from being published.
   *[other] { $n } remarks. They keep nothing from being published.
}
doctor-unreachable = Nobody gets here
doctor-unreachable-why = There are no answers with which this is shown.
doctor-personal-data = Personal data without consent
doctor-personal-data-why = Ask for agreement first, on this page or before it.
doctor-not-translated = Not translated
doctor-not-translated-why = Some will see it in another language than the rest.
doctor-leading = Leading
doctor-leading-why = The wording suggests an answer, and the number will be too good.
doctor-double-barrelled = Two questions in one
doctor-double-barrelled-why = Whoever is content with one thing and not with the other cannot answer.
doctor-negation = Negative wording
doctor-negation-why = People overlook the negation and answer the opposite.
doctor-reversed = The scale runs the other way round
doctor-reversed-why = Numbers take the greatest point for the best.
doctor-no-end-labels = The ends of the scale have no words
doctor-no-end-labels-why = Nobody knows whether 1 is the best or the worst.
doctor-mixed-scales = Scales of different lengths
doctor-mixed-scales-why = Side by side, people go on as they began.
doctor-importance-missing = Importance is not asked for
doctor-importance-missing-why = Other ratings have theirs; this one does not count in the satisfaction index.
doctor-no-outcome = Ratings without an outcome
doctor-no-outcome-why = Without a question about the whole nobody can say which of them matter.
doctor-no-open-question = No open question
doctor-no-open-question-why = What nobody thought of will remain unknown.
