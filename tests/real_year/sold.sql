-- What was bought, before anything is taken off.
select month, 'sold' as what, sum(cents)::bigint as cents from purchase group by month;
