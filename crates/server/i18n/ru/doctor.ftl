# What the survey doctor says in the editor.

doctor = Доктор анкеты
doctor-none = Замечаний нет: ответам ничто не помешает.
doctor-count = { $n ->
    [one] { $n } замечание. Публикации это не мешает.
    [few] { $n } замечания. Публикации это не мешает.
   *[many] { $n } замечаний. Публикации это не мешает.
}
doctor-unreachable = Сюда никто не попадёт
doctor-unreachable-why = Нет таких ответов, при которых это покажут.
doctor-personal-data = Личные данные без согласия
doctor-personal-data-why = Сначала спросите согласия: на этой странице или раньше.
doctor-not-translated = Нет перевода
doctor-not-translated-why = Часть людей увидит это на другом языке, чем всё остальное.
doctor-leading = Наводящий вопрос
doctor-leading-why = Формулировка подсказывает ответ, и оценка выйдет завышенной.
doctor-double-barrelled = Два вопроса в одном
doctor-double-barrelled-why = Кто доволен одним и недоволен другим, ответить не сможет.
doctor-negation = Отрицание
doctor-negation-why = Отрицание пропускают и отвечают наоборот.
doctor-reversed = Шкала перевёрнута
doctor-reversed-why = При подсчёте наибольший балл считается лучшим.
doctor-no-end-labels = Концы шкалы не подписаны
doctor-no-end-labels-why = Непонятно, лучшая оценка — 1 или худшая.
doctor-mixed-scales = Шкалы разной длины
doctor-mixed-scales-why = Рядом люди продолжают отвечать по той, с которой начали.
doctor-importance-missing = Важность не спрошена
doctor-importance-missing-why = У других оценок она есть; эта в индекс удовлетворённости не войдёт.
doctor-no-outcome = Оценки без итога
doctor-no-outcome-why = Без общего вопроса не узнать, какие из них важны.
doctor-no-open-question = Нет открытого вопроса
doctor-no-open-question-why = О чём никто не подумал, так и останется неизвестным.
