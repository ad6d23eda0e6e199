-- Five per cent of each purchase, half a cent in the customer's favour: all are members from their
-- first purchase on, and nothing in it is a gift card of that programme's.
select month, 'discount card' as what, sum((5 * cents + 50) // 100)::bigint as cents
from purchase group by month;
