-- 20 % of every bill, parts of a cent dropped; months are those of Athens, the programme's zone.
select strftime(timezone('Europe/Athens', timezone('UTC', utc)), '%Y-%m') as month,
       'earn next-visit' as what,
       sum(20 * cents // 100)::bigint as units
from purchase
group by all;
