-- What is left on a voucher: money, and how many times it can still be used; null: it is used once.

alter table voucher
    add column money_left bigint,
    add column uses_left integer;
