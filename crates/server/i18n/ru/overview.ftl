# The overview, and the responses behind its numbers.

metric-nps = Рекомендация (NPS)
metric-csat = Удовлетворённость (CSAT)
metric-ces = Лёгкость (CES)
metric-csi = Индекс удовлетворённости (CSI)
sentence-and = { $first } и { $last }

sentence = { $metric }: { $value }{ $change }{ $lowest }.
sentence-higher = , выше, чем за { $days ->
    [one] предыдущий { $days } день
    [few] предыдущие { $days } дня
   *[other] предыдущие { $days } дней
} ({ $difference })
sentence-lower = , ниже, чем за { $days ->
    [one] предыдущий { $days } день
    [few] предыдущие { $days } дня
   *[other] предыдущие { $days } дней
} ({ $difference })
sentence-unclear = , явной разницы с { $days ->
    [one] предыдущим { $days } днём
   *[other] предыдущими { $days } днями
} нет
sentence-too-few = , для сравнения с { $days ->
    [one] предыдущим { $days } днём
   *[other] предыдущими { $days } днями
} мало ответов
sentence-lowest = ; ниже всего — { $places }
sentence-nothing = { $days ->
    [1] За этот день никто не ответил.
    [one] За этот { $days } день никто не ответил.
    [few] За эти { $days } дня никто не ответил.
   *[other] За эти { $days } дней никто не ответил.
}
sentence-withheld = { $metric }: показывать пока рано, нужно ответов: не меньше { $n }.

overview-live = Ответы
overview-live-today = сегодня
overview-live-total = всего
overview-filter-more = Ещё фильтры
overview-filter-metric = Показатель
overview-filter-touchpoint = Точка контакта
overview-filter-segment = Сегмент
overview-filter-step = Шаг динамики
overview-filter-employee = Сотрудник
overview-filter-score = Оценка
overview-filter-level = Уровень
overview-own-places = Ваши филиалы
overview-step-auto = по длине периода
overview-step-day = день
overview-step-week = неделя
overview-step-month = месяц
overview-step-quarter = квартал
overview-step-year = год
overview-exact = только { $place }, без вложенных
overview-lacking = не указано: { $what }
overview-remove-filter = Убрать фильтр: { $what }
overview-active = Кроме того, отобрано
overview-trend = { $metric }: динамика
overview-trend-day = День
overview-trend-week = Неделя
overview-trend-month = Месяц
overview-trend-quarter = Квартал
overview-trend-year = Год
overview-by = { $metric } — { $dimension }
dimension-location = по филиалам
dimension-channel = по каналам
dimension-language = по языкам
dimension-touchpoint = по точкам контакта
dimension-employee = по сотрудникам
overview-drivers = Что оценивают
overview-drivers-lead = Средняя каждой оценки по её собственной шкале.
overview-rating = Оценка
overview-group = Группа
overview-n = Ответы
overview-see-responses = Ответы, из которых получено: { $what }
overview-directly = { $place } (без вложенных)
overview-places-each = Каждый филиал отдельно
overview-places-by-level = По регионам
overview-lacking-row = не указано
overview-read = Прочитать, что сказали
overview-detractors = критики (0–6)
overview-passives = нейтральные (7–8)
overview-promoters = сторонники (9–10)
overview-dissatisfied = недовольные
overview-satisfied = довольные
overview-to-list = все ответы: { $metric }

overview-how = Как это посчитано
overview-how-period = Период
overview-how-period-text = { $from } – { $to }, { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[other] { $days } дней
}; сравнение с { $before-from } – { $before-to }
overview-how-zone = Дни
overview-how-zone-text = Ответ относится ко дню по времени филиала, а без филиала — по времени { $zone }.
overview-how-level = Надёжность
overview-how-level-text = Интервалы и выводы — на уровне { $level }.
overview-how-method = Интервалы
overview-how-correction = Изменения
overview-how-correction-text = { $n ->
    [one] { $n } сравнение с предыдущим периодом,
    [few] { $n } сравнения с предыдущим периодом,
   *[other] { $n } сравнений с предыдущим периодом,
} с общей поправкой Бенджамини — Хохберга, чтобы случайность не приняли за перемену. «Ниже всего» — только филиалы, которые явно ниже всех остальных вместе, с такой же поправкой.
overview-how-minimum = Малые группы
overview-how-minimum-text = Группы меньше { $n } ответов не показываются, как и те, из которых их можно вычислить вычитанием.
overview-how-off-scale = Вне шкалы
overview-how-off-scale-text = { $n ->
    [one] { $n } ответ из прежних версий выходит за нынешнюю шкалу и не учтён.
    [few] { $n } ответа из прежних версий выходят за нынешнюю шкалу и не учтены.
   *[other] { $n } ответов из прежних версий выходят за нынешнюю шкалу и не учтены.
}
method-adjusted-wald = NPS: скорректированный интервал Вальда (три псевдоответа).
method-wald = Интервал Вальда.
method-wilson = Доли: интервал Уилсона.
method-student-t = Средние: интервал Стьюдента.
method-score = NPS: score-интервал.
method-agresti-coull = Доли: интервал Агрести — Коулла.
method-clopper-pearson = Доли: точный интервал Клоппера — Пирсона.
method-geometric-t = Геометрические средние: интервал Стьюдента по логарифмам.
method-cox = Средние скошенных величин: метод Кокса.
method-modified-cox = Средние скошенных величин: метод Кокса с распределением Стьюдента.
method-bca-bootstrap = Средние: бутстрэп с поправкой на смещение и ускорение.
method-order-statistics = Квантили: точный интервал по порядковым статистикам.
method-woodruff = Взвешенные квантили: интервал Вудраффа.
method-delta = CSI: дельта-метод с учётом весов.
method-percentile-bootstrap = Процентильный бутстрэп.

overview-no-survey = Опросов пока нет
overview-no-survey-text = Начните с готового: это займёт минуту, и первые ответы придут уже сегодня.
overview-make-survey = Создать опрос
overview-no-responses = Пока никто не ответил
overview-no-responses-text = Разошлите ссылку или поставьте QR-код, либо загрузите ответы, которые у вас уже есть.
overview-collect = Собирать ответы
overview-import = Загрузить ответы
overview-nothing-here = Здесь нет ответов
overview-nothing-here-text = Под период и фильтры ничего не подходит.
overview-show-latest = Показать последние ответы, по { $day }
overview-bad-filter = Так показать нельзя
overview-unknown-survey = Такого опроса нет, или он вам не открыт.
overview-unknown-location = Такого филиала нет, или он вам не открыт.
overview-unknown-employee = Такого сотрудника нет.
overview-unknown-segment = В этом опросе нет такого сегмента.
overview-unknown-metric = В этом опросе нет такого показателя.
overview-unknown-value = В адресе неизвестное значение: { $field }.

overview-channel-web = ссылка на сайте
overview-channel-qr = QR-код
overview-channel-email = письмо
overview-channel-sms = SMS
overview-channel-messenger = мессенджер
overview-channel-phone = телефон
overview-channel-kiosk = киоск
overview-channel-exit_poll = опрос на выходе
overview-channel-widget = виджет на сайте
overview-channel-personal = личная беседа
overview-channel-paper = бумага
overview-channel-api = другая программа

responses-title = Ответы
responses-lead = Что сказали клиенты, сначала новые.
responses-column-when = Когда
responses-column-score = Оценка
responses-column-comment = Комментарий
responses-column-place = Филиал
responses-column-channel = Канал
responses-column-language = Язык
responses-no-comment = без комментария
responses-no-answer = нет ответа
responses-one = Ответ от { $when }
responses-newer = Новее
responses-older = Старее
responses-neighbours = Соседние ответы
responses-answers = Ответы
responses-about = Об этом ответе
responses-skipped = пропущено
responses-hidden = не показан: так решили прежние ответы
responses-not-applicable = не относится ко мне
responses-of-scale = { $point } по шкале от { $min } до { $max }
responses-scale-ends = { $min } — { $low }, { $max } — { $high }
responses-seconds = { $n } с
responses-place = Филиал
responses-nowhere = не указан
responses-employee = Обслуживал
responses-customer = Клиент
responses-anonymous = неизвестен
responses-touchpoint = Точка контакта
responses-survey = Опрос
responses-version = { $survey }, версия { $version }
responses-started = Начат
responses-submitted = Отправлен
responses-received = Получен
responses-time-text = { $time } ({ $zone })
responses-client-id = Номер отправителя
responses-id = Номер ответа
responses-see-customer = Вся история клиента
responses-left-out = не учитывается
responses-and-left-out = ; не учитываются в показателях: { $n }
responses-is-left-out = Этот ответ не учитывается в показателях
responses-weight = Вес
responses-correct = Как учитывается ответ
responses-reason = Причина
responses-reason-hint = Например: проверка, повтор, человек не мог там быть. До 500 знаков.
responses-leave-out = Не учитывать в показателях
responses-count-again = Снова учитывать
responses-error-weight = Введите число больше 0 и не больше 1000.
responses-error-reason = Не больше 500 знаков.
done-response-corrected = Ответ исправлен.
