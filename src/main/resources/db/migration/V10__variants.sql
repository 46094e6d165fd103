-- What of an issue a reader wants, beside the address, so that a claim reads it with the rest of the recipient. A pause
-- ends by the newsletter's day, as the reader's page says.
create or replace view mailable_subscription as
select s.id as subscription_id, s.newsletter_id, p.email, p.name, s.sections
from subscription s
join subscriber p on p.id = s.subscriber_id
where s.state = 'ACTIVE'
  and (s.paused_until is null
    or s.paused_until <= (select (now() at time zone n.time_zone)::date from newsletter n where n.id = s.newsletter_id))
  and not exists (
    select 1 from suppression x
    where x.address_hash = p.email_hash and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id));
