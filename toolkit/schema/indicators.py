"""The standard indicators that answers may feed. A question that feeds one is locked in adapted copies."""

# By what they are about: relationship, exchange, training, learning, online, resources, results, quality, money,
# management, dissemination.
INDICATORS = tuple(
    """
    partnerships graduation
    exchanges travellers professional_days reciprocity trip_reports_on_time
    workshops contact_hours people_trained completion_rate
    learning_gain pass_rate retention still_in_post
    online_sessions online_participants teleconsultations
    resources_shared equipment_value equipment_in_use
    progress_to_target workplan_delivery needs_change
    client_satisfaction partnership_health
    in_kind_value leverage cost_share burn_rate cost_per_trainee
    reports_on_time open_actions
    stories media_items publications host_authorship
    """.split()
)
