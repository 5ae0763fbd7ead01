# Что видят клиенты, отвечая на опрос.

respond-title = { $title } · { $who }
respond-title-step = { $step } – { $title } · { $who }
respond-title-errors = Проверьте ответы: { $title } · { $who }
respond-step = Шаг { $n } из { $m }
respond-language = Язык
respond-next = Дальше
respond-finish = Отправить ответы
respond-back = Назад
respond-kept = Ответы сохраняются по ходу. Можно прерваться и продолжить на этом устройстве в течение 30 дней.
respond-kept-link = Ответы сохраняются по ходу. Можно прерваться и продолжить по той же ссылке в течение 30 дней.
respond-required = обязательный вопрос
respond-not-applicable = Меня не касается
respond-choose-several = Можно выбрать несколько вариантов.
respond-choose-up-to = Выберите не больше { $n }.
respond-up-to-characters = До { $n ->
    [one] { $n } символа
   *[other] { $n } символов
}.

respond-errors = { $n ->
    [one] Проверьте, пожалуйста, { $n } ответ
    [few] Проверьте, пожалуйста, { $n } ответа
   *[other] Проверьте, пожалуйста, { $n } ответов
}
respond-error-choose = Выберите, пожалуйста, ответ.
respond-error-choose-shown = Выберите, пожалуйста, один из предложенных ответов.
respond-error-choose-some = Выберите, пожалуйста, хотя бы один ответ.
respond-error-write = Напишите, пожалуйста, ответ.
respond-error-number-missing = Введите, пожалуйста, число.
respond-error-date-missing = Выберите, пожалуйста, день.
respond-error-tick = Чтобы продолжить, поставьте, пожалуйста, эту отметку.
respond-error-number = Введите, пожалуйста, число цифрами, например { $example }.
respond-error-date = Введите, пожалуйста, дату, например { $example }.
respond-error-too-many = Можно выбрать не больше { $most }, а сейчас выбрано { $given }.
respond-error-too-long = Сократите, пожалуйста: не больше { $most ->
    [one] { $most } символа
   *[other] { $most } символов
}, а сейчас { $given }.
respond-error-between = Введите, пожалуйста, значение от { $min } до { $max }.
respond-error-at-least = Введите, пожалуйста, { $min } или больше.
respond-error-at-most = Введите, пожалуйста, { $max } или меньше.
respond-error-date-between = Выберите, пожалуйста, день с { $min } по { $max }.
respond-error-date-from = Выберите, пожалуйста, { $min } или более поздний день.
respond-error-date-until = Выберите, пожалуйста, { $max } или более ранний день.
respond-error-whole = Введите, пожалуйста, целое число.
respond-error-decimals = После запятой может быть не больше { $n ->
    [one] { $n } цифры
   *[other] { $n } цифр
}.
respond-error-empty = Пока нет ни одного ответа. Достаточно и одного.

respond-thanks = Спасибо!
respond-thanks-received = Ответы получены. Эту страницу можно закрыть.
respond-answered-title = Вы уже ответили
respond-answered-body = Ваши ответы получены, спасибо. Личная ссылка действует один раз.
respond-closed-title = Опрос закрыт
respond-closed-body = Ответы больше не принимаются. Спасибо, что хотели поделиться мнением.
respond-missing-title = Здесь нет опроса
respond-missing-body = Возможно, ссылка неполная. Откройте её ещё раз или спросите того, кто её прислал.
respond-expired-title = Продолжим с того же места
respond-expired-body = Страница была открыта слишком долго или в двух окнах. Прежние ответы сохранены.
respond-expired-link = Продолжить опрос
respond-busy-title = Одну минуту, пожалуйста
respond-busy-body = Сейчас слишком много обращений. Отправленное раньше сохранено: вернитесь и отправьте эту страницу ещё раз через несколько секунд.
respond-too-long-title = Текст слишком длинный
respond-too-long-body = Вернитесь, пожалуйста, и сократите ответ. Прежние ответы сохранены.
respond-best-first = Начните с лучшего.
respond-place = { $n }.
respond-best = Лучший
respond-worst = Худший
respond-phone-hint = Укажите номер с кодом страны: +359 88 123 4567.
respond-contact-name = Имя
respond-contact-email = Эл. почта
respond-contact-phone = Телефон
respond-error-ranking = Пожалуйста, выберите { $n ->
    [one] { $n } вариант
    [few] { $n } разных варианта, по одному на каждое место
   *[many] { $n } разных вариантов, по одному на каждое место
}.
respond-error-best-worst = Пожалуйста, выберите один вариант как лучший и другой как худший.
respond-error-email = Пожалуйста, напишите адрес почты, например olena@example.com.
respond-error-phone = Пожалуйста, напишите номер с + и кодом страны, например +359 88 123 4567.
respond-error-contact = Пожалуйста, заполните то, о чём спрашивают: адрес почты, например olena@example.com, номер, например +359 88 123 4567.
respond-go-on = Перейти
