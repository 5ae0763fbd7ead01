# Какво виждат клиентите, докато отговарят на анкета.

respond-title = { $title } · { $who }
respond-title-step = { $step } – { $title } · { $who }
respond-title-errors = Проверете отговорите: { $title } · { $who }
respond-step = Стъпка { $n } от { $m }
respond-language = Език
respond-next = Напред
respond-finish = Изпращане на отговорите
respond-back = Назад
respond-kept = Отговорите се запазват, докато попълвате. Можете да прекъснете и да продължите на това устройство до 30 дни.
respond-kept-link = Отговорите се запазват, докато попълвате. Можете да прекъснете и да продължите със същата връзка до 30 дни.
respond-required = задължителен въпрос
respond-not-applicable = Не се отнася за мен
respond-choose-several = Можете да изберете няколко отговора.
respond-choose-up-to = Изберете най-много { $n }.
respond-up-to-characters = До { $n ->
    [one] { $n } знак
   *[other] { $n } знака
}.

respond-errors = { $n ->
    [one] Моля, проверете { $n } отговор
   *[other] Моля, проверете { $n } отговора
}
respond-error-choose = Моля, изберете отговор.
respond-error-choose-shown = Моля, изберете един от показаните отговори.
respond-error-choose-some = Моля, изберете поне един отговор.
respond-error-write = Моля, напишете отговор.
respond-error-number-missing = Моля, въведете число.
respond-error-date-missing = Моля, изберете ден.
respond-error-tick = За да продължите, моля, поставете тази отметка.
respond-error-number = Моля, въведете число с цифри, например { $example }.
respond-error-date = Моля, въведете дата, например { $example }.
respond-error-too-many = Моля, изберете най-много { $most }; сега са избрани { $given }.
respond-error-too-long = Моля, съкратете текста: най-много { $most ->
    [one] { $most } знак
   *[other] { $most } знака
}, а сега са { $given }.
respond-error-between = Моля, въведете стойност от { $min } до { $max }.
respond-error-at-least = Моля, въведете { $min } или повече.
respond-error-at-most = Моля, въведете { $max } или по-малко.
respond-error-date-between = Моля, изберете ден от { $min } до { $max } включително.
respond-error-date-from = Моля, изберете { $min } или по-късен ден.
respond-error-date-until = Моля, изберете { $max } или по-ранен ден.
respond-error-whole = Моля, въведете цяло число.
respond-error-decimals = След десетичната запетая може да има най-много { $n ->
    [one] { $n } цифра
   *[other] { $n } цифри
}.
respond-error-empty = Още няма нито един отговор. Достатъчен е и само един.

respond-thanks = Благодарим Ви!
respond-thanks-received = Отговорите Ви са получени. Можете да затворите тази страница.
respond-answered-title = Вече сте отговорили
respond-answered-body = Отговорите Ви са получени, благодарим. Личната връзка важи само веднъж.
respond-closed-title = Анкетата е затворена
respond-closed-body = Отговори вече не се приемат. Благодарим Ви, че искахте да споделите мнението си.
respond-missing-title = Тук няма анкета
respond-missing-body = Връзката може да е непълна. Моля, отворете я отново или попитайте човека, който Ви я е изпратил.
respond-expired-title = Да продължим от същото място
respond-expired-body = Страницата е била отворена твърде дълго или в два прозореца. Предишните отговори са запазени.
respond-expired-link = Към анкетата
respond-busy-title = Един момент, моля
respond-busy-body = В момента има твърде много заявки. Изпратеното досега е запазено: върнете се и изпратете тази страница отново след няколко секунди.
respond-too-long-title = Текстът е твърде дълъг
respond-too-long-body = Моля, върнете се и съкратете отговора. Предишните отговори са запазени.
respond-best-first = Започнете от най-доброто.
respond-place = { $n }.
respond-best = Най-добро
respond-worst = Най-лошо
respond-phone-hint = Напишете номера с кода на държавата: +359 88 123 4567.
respond-contact-name = Име
respond-contact-email = Имейл
respond-contact-phone = Телефон
respond-error-ranking = Моля, изберете { $n ->
    [one] един вариант
   *[other] { $n } различни варианта, по един за всяко място
}.
respond-error-best-worst = Моля, изберете един вариант за най-добър и друг за най-лош.
respond-error-email = Моля, напишете имейл адрес, например olena@example.com.
respond-error-phone = Моля, напишете номера с + и кода на държавата, например +359 88 123 4567.
respond-error-contact = Моля, попълнете каквото се пита: имейл адрес като olena@example.com, номер като +359 88 123 4567.
respond-go-on = Към сайта
