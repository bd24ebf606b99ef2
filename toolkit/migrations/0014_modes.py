"""Terms of documents that people answer alone, one response for each of many people, and a version both sides agree on."""

import secrets

import accounts.models
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def give_respondents(apps, schema_editor):
    """The one response that a document for many people used to have becomes that of one of them."""
    Response = apps.get_model("toolkit", "Response")
    changed = []
    for response in Response.objects.filter(document__mode="open", respondent="").only("pk").iterator():
        response.respondent = "".join(secrets.choice(ALPHABET) for _position in range(20))
        changed.append(response)
    Response.objects.bulk_update(changed, ["respondent"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0011_award_report_states'),
        ('toolkit', '0013_submissions_keep_their_head'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='response',
            name='side_answers_a_document_once',
        ),
        migrations.AddField(
            model_name='document',
            name='agreed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='document',
            name='capacity',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='most answers'),
        ),
        migrations.AddField(
            model_name='document',
            name='closes_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closes'),
        ),
        migrations.AddField(
            model_name='document',
            name='is_anonymous',
            field=models.BooleanField(default=False, verbose_name='without names'),
        ),
        migrations.AddField(
            model_name='document',
            name='opens_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='opens'),
        ),
        migrations.AddField(
            model_name='document',
            name='time_zone',
            field=models.CharField(default='UTC', max_length=64, validators=[accounts.models.known_zone], verbose_name='time zone'),
        ),
        migrations.AddField(
            model_name='response',
            name='respondent',
            field=models.CharField(blank=True, editable=False, max_length=24),
        ),
        migrations.AddField(
            model_name='response',
            name='respondent_name',
            field=models.CharField(blank=True, editable=False, max_length=150),
        ),
        migrations.AddField(
            model_name='response',
            name='respondent_post',
            field=models.CharField(blank=True, editable=False, max_length=150),
        ),
        migrations.AlterField(
            model_name='answerchange',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AlterField(
            model_name='answerchange',
            name='source',
            field=models.CharField(choices=[('record', 'from the records'), ('default', 'standard text'), ('page', 'typed on the page'), ('both', 'the same on both sides'), ('host', 'taken from the host side'), ('resource', 'taken from the resource side')], max_length=12),
        ),
        migrations.AlterField(
            model_name='attachment',
            name='added_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AlterField(
            model_name='partsubmission',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AlterField(
            model_name='postreceipt',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AlterField(
            model_name='response',
            name='side',
            field=models.CharField(blank=True, choices=[('host', 'Host side'), ('resource', 'Resource side'), ('coordinator', 'Coordinator'), ('agreed', 'Agreed version')], max_length=12),
        ),
        migrations.AlterField(
            model_name='submission',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.RunPython(give_respondents, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['document', 'state'], name='response_by_state_here'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='document_closes_after_it_opens', violation_error_message='It must close after it opens.'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('mode', 'open'), models.Q(('capacity__isnull', True), ('is_anonymous', False), ('opens_at__isnull', True)), _connector='OR'), name='document_takes_many_answers_only_when_open'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['each', 'open']), ('closes_at__isnull', True), _connector='OR'), name='document_closes_only_where_people_answer_alone'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('mode', 'each'), ('agreed_at__isnull', True), _connector='OR'), name='document_is_agreed_on_only_where_each_side_answers'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__isnull', True), ('capacity__gt', 0), _connector='OR'), name='document_capacity_leaves_a_place', violation_error_message='At least one person must be able to answer.'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.UniqueConstraint(models.F('document'), models.F('side'), models.F('respondent'), name='respondent_answers_a_document_once'),
        ),
    ]
