# What the survey doctor says in the editor.

doctor = Доктор на анкетата
doctor-none = Няма забележки: нищо не пречи на отговорите.
doctor-count = { $n ->
    [one] Една забележка. Тя не пречи на публикуването.
   *[other] { $n } забележки. Те не пречат на публикуването.
}
doctor-unreachable = Никой не стига дотук
doctor-unreachable-why = Няма отговори, при които това се показва.
doctor-personal-data = Лични данни без съгласие
doctor-personal-data-why = Първо поискайте съгласие: на тази страница или преди нея.
doctor-not-translated = Няма превод
doctor-not-translated-why = Някои ще видят това на друг език, различен от останалото.
doctor-leading = Насочващ въпрос
doctor-leading-why = Формулировката подсказва отговор и оценката ще е завишена.
doctor-double-barrelled = Два въпроса в един
doctor-double-barrelled-why = Който е доволен от едното, но не и от другото, не може да отговори.
doctor-negation = Отрицание
doctor-negation-why = Отрицанието се пропуска и се отговаря обратното.
doctor-reversed = Скалата е обърната
doctor-reversed-why = При изчисленията най-голямата точка е най-добрата.
doctor-no-end-labels = Краищата на скалата са без думи
doctor-no-end-labels-why = Не се знае дали 1 е най-доброто или най-лошото.
doctor-mixed-scales = Скали с различна дължина
doctor-mixed-scales-why = Една до друга хората продължават така, както са започнали.
doctor-importance-missing = Важността не е попитана
doctor-importance-missing-why = Другите оценки я имат; тази не влиза в индекса на удовлетвореност.
doctor-no-outcome = Оценки без общ въпрос
doctor-no-outcome-why = Без въпрос за цялото не може да се каже кои от тях са важни.
doctor-no-open-question = Няма отворен въпрос
doctor-no-open-question-why = За каквото никой не се е сетил, ще остане неизвестно.
