# Що бачать клієнти, відповідаючи на опитування.

respond-title = { $title } · { $who }
respond-title-step = { $step } – { $title } · { $who }
respond-title-errors = Перевірте відповіді: { $title } · { $who }
respond-step = Крок { $n } з { $m }
respond-language = Мова
respond-next = Далі
respond-finish = Надіслати відповіді
respond-back = Назад
respond-kept = Відповіді зберігаються одразу. Можна зробити перерву й продовжити на цьому пристрої впродовж 30 днів.
respond-kept-link = Відповіді зберігаються одразу. Можна зробити перерву й продовжити за тим самим посиланням упродовж 30 днів.
respond-required = обов’язкове питання
respond-not-applicable = Мене не стосується
respond-choose-several = Можна вибрати кілька варіантів.
respond-choose-up-to = Виберіть не більше ніж { $n }.
respond-up-to-characters = До { $n ->
    [one] { $n } символу
   *[other] { $n } символів
}.

respond-errors = { $n ->
    [one] Перевірте, будь ласка, { $n } відповідь
    [few] Перевірте, будь ласка, { $n } відповіді
   *[other] Перевірте, будь ласка, { $n } відповідей
}
respond-error-choose = Виберіть, будь ласка, відповідь.
respond-error-choose-shown = Виберіть, будь ласка, одну із запропонованих відповідей.
respond-error-choose-some = Виберіть, будь ласка, хоча б одну відповідь.
respond-error-write = Напишіть, будь ласка, відповідь.
respond-error-number-missing = Введіть, будь ласка, число.
respond-error-date-missing = Виберіть, будь ласка, день.
respond-error-tick = Щоб продовжити, поставте, будь ласка, цю позначку.
respond-error-number = Введіть, будь ласка, число цифрами, наприклад { $example }.
respond-error-date = Введіть, будь ласка, дату, наприклад { $example }.
respond-error-too-many = Можна вибрати не більше ніж { $most }, а зараз вибрано { $given }.
respond-error-too-long = Скоротіть, будь ласка: не більше ніж { $most ->
    [one] { $most } символ
    [few] { $most } символи
   *[other] { $most } символів
}, а зараз { $given }.
respond-error-between = Введіть, будь ласка, значення від { $min } до { $max }.
respond-error-at-least = Введіть, будь ласка, { $min } або більше.
respond-error-at-most = Введіть, будь ласка, { $max } або менше.
respond-error-date-between = Виберіть, будь ласка, день від { $min } до { $max } включно.
respond-error-date-from = Виберіть, будь ласка, { $min } або пізніший день.
respond-error-date-until = Виберіть, будь ласка, { $max } або раніший день.
respond-error-whole = Введіть, будь ласка, ціле число.
respond-error-decimals = Після коми може бути не більше ніж { $n ->
    [one] { $n } цифра
    [few] { $n } цифри
   *[other] { $n } цифр
}.
respond-error-empty = Поки що немає жодної відповіді. Досить і однієї.

respond-thanks = Дякуємо!
respond-thanks-received = Відповіді отримано. Цю сторінку можна закрити.
respond-answered-title = Ви вже відповіли
respond-answered-body = Ваші відповіді отримано, дякуємо. Особисте посилання діє один раз.
respond-closed-title = Опитування закрито
respond-closed-body = Відповіді більше не приймаються. Дякуємо, що хотіли поділитися думкою.
respond-missing-title = Тут немає опитування
respond-missing-body = Можливо, посилання неповне. Відкрийте його ще раз або запитайте того, хто його надіслав.
respond-expired-title = Продовжимо з того самого місця
respond-expired-body = Сторінка була відкрита надто довго або у двох вікнах. Попередні відповіді збережено.
respond-expired-link = Продовжити опитування
respond-busy-title = Одну хвилинку, будь ласка
respond-busy-body = Зараз забагато звернень. Надіслане раніше збережено: поверніться й надішліть цю сторінку ще раз за кілька секунд.
respond-too-long-title = Текст задовгий
respond-too-long-body = Поверніться, будь ласка, і скоротіть відповідь. Попередні відповіді збережено.
respond-best-first = Почніть із найкращого.
respond-place = { $n }.
respond-best = Найкращий
respond-worst = Найгірший
respond-phone-hint = Вкажіть номер із кодом країни: +380 44 123 4567.
respond-contact-name = Ім’я
respond-contact-email = Ел. пошта
respond-contact-phone = Телефон
respond-error-ranking = Будь ласка, оберіть { $n ->
    [one] { $n } варіант
    [few] { $n } різні варіанти, по одному на кожне місце
   *[many] { $n } різних варіантів, по одному на кожне місце
}.
respond-error-best-worst = Будь ласка, оберіть один варіант як найкращий, а інший як найгірший.
respond-error-email = Будь ласка, напишіть адресу пошти, наприклад olena@example.com.
respond-error-phone = Будь ласка, напишіть номер із + і кодом країни, наприклад +380 44 123 4567.
respond-error-contact = Будь ласка, заповніть те, про що питають: адресу пошти, наприклад olena@example.com, номер, наприклад +380 44 123 4567.
respond-go-on = Перейти
