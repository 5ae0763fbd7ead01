# What the survey doctor says in the editor.

doctor = Лікар анкети
doctor-none = Зауважень немає: відповідям ніщо не завадить.
doctor-count = { $n ->
    [one] { $n } зауваження. Публікації це не заважає.
    [few] { $n } зауваження. Публікації це не заважає.
   *[many] { $n } зауважень. Публікації це не заважає.
}
doctor-unreachable = Сюди ніхто не потрапить
doctor-unreachable-why = Немає таких відповідей, за яких це покажуть.
doctor-personal-data = Особисті дані без згоди
doctor-personal-data-why = Спершу запитайте згоди: на цій сторінці або раніше.
doctor-not-translated = Немає перекладу
doctor-not-translated-why = Дехто побачить це іншою мовою, ніж решту.
doctor-leading = Навідне запитання
doctor-leading-why = Формулювання підказує відповідь, і оцінка вийде завищеною.
doctor-double-barrelled = Два запитання в одному
doctor-double-barrelled-why = Хто задоволений одним і незадоволений іншим, не зможе відповісти.
doctor-negation = Заперечення
doctor-negation-why = Заперечення не помічають і відповідають навпаки.
doctor-reversed = Шкала перевернута
doctor-reversed-why = У підрахунках найбільший бал вважається найкращим.
doctor-no-end-labels = Кінці шкали не підписані
doctor-no-end-labels-why = Незрозуміло, 1 — це найкраще чи найгірше.
doctor-mixed-scales = Шкали різної довжини
doctor-mixed-scales-why = Поруч люди й далі відповідають за тією, з якої почали.
doctor-importance-missing = Важливість не запитано
doctor-importance-missing-why = В інших оцінок вона є; ця не ввійде до індексу задоволеності.
doctor-no-outcome = Оцінки без підсумку
doctor-no-outcome-why = Без загального запитання не дізнатися, які з них важать.
doctor-no-open-question = Немає відкритого запитання
doctor-no-open-question-why = Про що ніхто не подумав, залишиться невідомим.
