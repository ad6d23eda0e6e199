begin;
select balance as before from hot where id = 1 for update \gset
\if :before >= 10
insert into hot_entry (account, units) values (1, -10);
update hot set balance = balance - 10 where id = 1;
\endif
commit;
