-- What of an issue a reader wants, beside the address, so that a claim reads it with the rest of the recipient.
create or replace view mailable_subscription as
select s.id as subscription_id, s.newsletter_id, p.email, p.name, s.sections
from subscription s
join subscriber p on p.id = s.subscriber_id
where s.state = 'ACTIVE'
  and (s.paused_until is null or s.paused_until <= current_date)
  and not exists (
    select 1 from suppression x
    where x.address_hash = p.email_hash and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id));
